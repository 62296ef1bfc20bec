# A workspace that may only be read answers whoever asks.
printf 'id,email,phone\n1,ann@example.org,\n' >objections.csv
printf 'id,email\n1,Ann@Example.org\n2,bob@example.org\n' >table.csv
lookalike suppress import objections.csv --workspace 'ws?1#%' --quiet
read_only() {
    if [ "$(id -u)" = 0 ]; then
        unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && "$@"' 'ws?1#%' "$@"
    else
        chmod 500 'ws?1#%'; "$@"; set -- $?; chmod 700 'ws?1#%'; return "$1"
    fi
}
read_only true 2>unshare.txt || { echo "this machine lets nobody mount: $(cat unshare.txt)" >&2; exit 77; }
read_only lookalike suppress check table.csv --workspace 'ws?1#%' --quiet 2>&1; echo "exit $?"
read_only lookalike export --audience table.csv --platform plain --workspace 'ws?1#%' --out up --dry-run --quiet 2>&1 | grep -v 'no column'; echo "exit ${PIPESTATUS[0]}"
read_only lookalike erase --workspace 'ws?1#%' --ids table.csv --out gone --dry-run --quiet 2>&1; echo "exit $?"
echo '# what a writer left in the log is not passed over in silence'
printf 'log' >'ws?1#%/state.sqlite-wal'
read_only lookalike suppress check table.csv --workspace 'ws?1#%' --quiet 2>&1; echo "exit $?"
