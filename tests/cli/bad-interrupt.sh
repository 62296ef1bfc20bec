# SIGINT in the middle of each command: exit 130, the old output is whole, nothing is left.
. "$DATA/shell"
catches() { grep -q '^SigCgt:.*[2367abef]$' "/proc/$1/status"; } # the last digit holds SIGINT's bit
for file in ranked.csv model.safetensors; do echo old >$file; done
mkdir tmp
mkfifo pipe
# Its pool comes through the pipe: half of it before the signal, the rest behind.
interrupt() {
    "$@" 2>messages &
    local job=$!
    exec 3>pipe
    until catches $job; do sleep .02; done
    head -n 200 "$pool" >&3
    sleep .3
    kill -INT $job
    while catches $job; do sleep .02; done
    tail -n +201 "$pool" >&3
    exec 3>&-
    wait $job
    set -- $?
    sed 's/step ".*"/step "..."/' messages >&2
    rm messages
    return $1
}
attempt match interrupt lookalike match --quiet --seeds "$seeds" --pool pipe --out ranked.csv --save-model model.safetensors --temporary tmp
attempt train interrupt lookalike train --quiet --seeds "$seeds" --pool pipe --model model.safetensors --temporary tmp
attempt evaluate interrupt lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool pipe --out quality
attempt explain interrupt lookalike explain --model "$model" --pool pipe --row p7
ls -A . tmp
