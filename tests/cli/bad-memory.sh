# A limit on address space that OpenBLAS cannot live in: an error at once, where it would ask for memory for ever.
. "$DATA/shell"
if grep -q __asan_init "$(command -v lookalike)" || grep -q __tsan_init "$(command -v lookalike)"; then
    echo 'sanitizers need terabytes of address space' >&2
    exit 77
fi
under() { (ulimit -v "$1" && shift && exec timeout -s KILL 100 "$@") 2>&1 | sed 's/[0-9]\{6,\}/N/g; s/room for [0-9]* of/room for N of/' >&2; return "${PIPESTATUS[0]}"; }
attempt 'too little to begin' under 100000 lookalike version
attempt 'too little to learn' under $((131072 * ($(getconf _NPROCESSORS_ONLN) + 8))) lookalike train --quiet --threads 32 --seeds "$seeds" --pool "$pool" --model m.safetensors
ls -A
