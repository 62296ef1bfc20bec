# Files for two platforms: the old ones with their manifest, or the new ones with theirs; and the ledger with them.
prepare() {
    awk 'BEGIN { print "rank,prospect_id,email,phone,country,consents"
                 for (i = 1; i <= 1500; i++)
                     printf "%d,P%d,p%d@example.org,+3361%07d,GB,advertising\n", i, i, i, i }' >people.csv
    head -n 801 people.csv >some.csv
    printf 'email\np7@example.org\n' >no.csv
    lookalike suppress import no.csv --quiet --workspace ws
    lookalike export --quiet --audience some.csv --platform meta --platform plain --workspace ws --out files
}
work() { lookalike export --quiet --audience people.csv --platform meta --platform plain --workspace ws --out files; }
# The ledger of exports has the day of today, and midnight may pass between two runs.
state() { python3 "$here/workspace.py" ws | sed -E "s@/[^']*/(start|whole|work)/@@g; s@'[0-9]{4}-[0-9]{2}-[0-9]{2}'@DAY@g"; }
made() { find files -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
one_in=4
