# A disk without a byte left says so, also where SQLite calls it an error of reading; once there is room all is as it was.
printf 'id,email\n1,ann@example.org\n' >objections.csv
printf 'id,email\n2,bob@example.org\n' >people.csv
lookalike suppress import objections.csv --workspace ws --quiet
full() {
    unshare -m sh -c 'mount -t tmpfs -o size=2m tmpfs "$0" && cp -r ws "$0"/ && head -c 9999999 /dev/zero >"$0"/fill 2>/dev/null
        "$@"; echo "exit $?"; rm "$0"/fill; "$@"; echo "exit $?"' full "$@"
}
mkdir full
full true >unshare.txt 2>&1 && grep -q 'exit 0' unshare.txt || { echo "this machine lets nobody mount: $(cat unshare.txt)" >&2; exit 77; }
full lookalike suppress check objections.csv --workspace full/ws --quiet 2>&1
full lookalike suppress import objections.csv --workspace full/ws --quiet 2>&1
full lookalike export --audience people.csv --platform plain --workspace full/ws --out full/files --quiet 2>&1 | grep -v warning | sed 's/tmp-[0-9]*/tmp-N/'
