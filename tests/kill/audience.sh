# An audience and its ledger, and in the workspace who is in which arm.
prepare() {
    awk 'BEGIN { print "rank,prospect_id,score,tier,email,country,consents,age"
                 for (i = 1; i <= 1200; i++)
                     printf "%d,P%d,%d,1,p%d@example.org,GB,profiling|advertising,30\n", i, i, 5000 - i, i }' >ranked.csv
    head -n 601 ranked.csv >some.csv
    lookalike audience --quiet --ranked some.csv --workspace ws --as-of 2025-06-30 --out audience
}
work() { lookalike audience --quiet --ranked ranked.csv --workspace ws --as-of 2025-07-31 --out audience; }
state() { python3 "$here/workspace.py" ws | sed -E "s@/[^']*/(start|whole|work)/@@g"; }
made() { find audience -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
one_in=4
