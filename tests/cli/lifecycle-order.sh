# The order of the events, the number of their files and of threads, repeated rows: none of these changes a byte.
lookalike simulate crm --contacts 400 --prospects 1 --out crm --quiet
quiet() { lookalike lifecycle --quiet --contacts crm/contacts.csv --append crm/append.csv --as-of 2025-06-30 "$@" 2>/dev/null; }
quiet --events crm/events.csv --out a
{ head -1 crm/events.csv; tail -n +2 crm/events.csv | sort -t , -k 5,5 -k 2,2r; } >shuffled.csv
quiet --events shuffled.csv --threads 3 --out b
{ head -1 crm/events.csv; sed -n '2,$p' crm/events.csv | awk 'NR % 3'; } >one.csv
{ head -1 crm/events.csv; sed -n '2,$p' crm/events.csv | awk 'NR % 3 != 1'; } >two.csv
quiet --events two.csv --events one.csv --out c
# Two runs, the second with what the first had not: the archive puts them together.
quiet --events one.csv --workspace memory --out d
quiet --events two.csv --workspace memory --out d
cmp a/contacts.csv d/contacts.csv
# Through a pipe, or packed, it is the same.
zstd -q crm/events.csv
lookalike lifecycle --quiet --contacts - --append crm/append.csv --as-of 2025-06-30 --events crm/events.csv.zst --out e <crm/contacts.csv 2>/dev/null
cmp a/contacts.csv e/contacts.csv
for file in a/*.csv a/request/*.csv; do
    cmp "$file" "b${file#a}"
    cmp "$file" "c${file#a}"
done
ls a/*.csv | wc -l
grep -c '"duplicates": 0' a/lifecycle.json b/lifecycle.json c/lifecycle.json
# Whoever archives first: `value` before lifecycle leaves the same archive, the other one adds nothing to it, and no byte is another.
for first in lifecycle value; do
    for stage in $first lifecycle value; do
        given=(--events crm/events.csv)
        [ $stage = value ] || given+=(--contacts crm/contacts.csv --append crm/append.csv)
        lookalike $stage --quiet "${given[@]}" --as-of 2025-06-30 --workspace ws-$first --out $first-$stage 2>/dev/null
        [ -d events-$first ] || cp -r ws-$first/events events-$first
    done
    diff -r events-$first ws-$first/events
done
diff -r events-lifecycle events-value
for stage in lifecycle/contacts value/value; do
    cmp lifecycle-$stage.csv value-$stage.csv && echo "same: $stage"
done
grep -h '"added"' value-lifecycle/lifecycle.run.json
