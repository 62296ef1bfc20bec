# An import of objections: the list before it, or the one after it.
prepare() {
    people() { awk -v from="$1" -v to="$2" 'BEGIN { print "email"; for (i = from; i < to; i++) printf "p%d@example.org\n", i }'; }
    people 0 20000 >before.csv
    people 20000 60000 >more.csv
    lookalike suppress import before.csv --workspace ws --date 2026-11-01 --quiet
}
work() { lookalike suppress import more.csv --workspace ws --date 2026-11-02 --quiet; }
state() { lookalike suppress list --workspace ws --format json; }
