# Runs that remember: the archive outlives the source's events, the previous segment stands in the table, a rule tells who
# is new; the past is not rewritten; a run that failed left nothing.
. "$DATA/quiet"
run() { quiet --workspace memory "$@" 2>/dev/null; }
segments() { cut -d , -f 1-3 "$1/contacts.csv" | tail -n +2 | paste -sd ';'; }
run --as-of 2025-05-01 --where "segment = 'at_risk'"
segments quiet
grep -v '^c[135]' events.csv >rest.csv
grep -A 4 '"change"' quiet/lifecycle.json
lookalike lifecycle --quiet --contacts contacts.csv --events rest.csv --as-of 2026-02-01 --out again --floor 1 --workspace memory --where "segment = 'at_risk'" 2>/dev/null
segments again
grep -A 4 '"change"' again/lifecycle.json
cat again/reasons.csv
# The same day again is the same; without any source the archive has it all.
cp again/contacts.csv before.csv
lookalike lifecycle --quiet --contacts contacts.csv --as-of 2026-02-01 --out again --floor 1 --workspace memory 2>/dev/null
cmp before.csv again/contacts.csv
grep '"added"\|"archive"' again/lifecycle.run.json
run --as-of 2025-06-01
echo "the past: $?"
echo 'c1,2025-02-30,visit,web,,,,,,,,,,' >>events.csv
run --as-of 2026-03-01
echo "bad input: $?"
lookalike lifecycle --quiet --contacts contacts.csv --as-of 2026-02-02 --out again --floor 1 --workspace memory 2>/dev/null
segments again
