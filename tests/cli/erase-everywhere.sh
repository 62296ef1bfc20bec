# One contact and one prospect, through lifecycle, training, ranking, audience and export; then erased: no byte of the workspace
# tells of them but what they are known again by, no registered output has a row of theirs, platforms get files that remove,
# the model is to be trained again; and when they come back in every file, they are profiled, learned from and ranked no more.
find_person() { python3 "$DATA/find_person.py" workspace "$@"; }
lookalike simulate crm --quiet --contacts 300 --prospects 700 --out crm
awk -F , 'NR == 1 || $2 > "2024-06"' crm/events.csv >events.csv
awk -F , -v OFS=, 'NR == 1 || $14 != ""' crm/contacts.csv | head -n 121 >seeds.csv
contact=$(sed -n 8p seeds.csv | cut -d , -f 1) contact_email=$(sed -n 8p seeds.csv | cut -d , -f 2)
night() {
    lookalike lifecycle --quiet --contacts crm/contacts.csv --events events.csv --as-of "$1" --workspace workspace --out quiet
    lookalike train --quiet --seeds seeds.csv --pool crm/pool.csv --family centroid --workspace workspace --model m.safetensors
    lookalike score --quiet --model m.safetensors --pool crm/pool.csv --top 100% --workspace workspace --eligible-for plain --out ranked.csv
    lookalike audience --quiet --ranked ranked.csv --workspace workspace --eligible-for plain --holdout 0 --as-of "$1" --out audience
    lookalike export --quiet --audience audience --platform plain --workspace workspace --out "$2"
}
night 2025-06-01 sent >/dev/null 2>&1
prospect=$(sed -n 3p audience/audience.csv | cut -d , -f 2) email=$(sed -n 3p audience/audience.csv | cut -d , -f 6)
echo "# before"
find_person "$contact" | cut -d ' ' -f 1,2 | sed 's/[0-9-]*.csv.zst/SEGMENT/' | sort -u
find_person "$email" | sort -u | wc -l
printf 'contact_id,prospect_id,email\n%s,,\n,%s,\n' "$contact" "$prospect" >leavers.csv
echo "# erased"
lookalike erase --ids leavers.csv --workspace workspace --as-of 2025-06-02 --out erased 2>&1 | sed 's/[0-9,]* rows of tables, [0-9,]* events/N rows of tables, N events/'
grep -c "$email" erased/remove/plain-csv/plain/plain-csv-remove-0001.csv
ls sent/plain && grep -h '"erased"' sent/plain/manifest.json sent/export.json | sed 's/^ *//'
echo "# after"
find_person "$contact" "$contact_email"
find_person "$prospect" "$email"
grep -rlE "$contact|$contact_email|$prospect|$email" quiet ranked.csv* audience erased --exclude-dir remove
echo "# a second run finds nothing, and keeps the files that remove"
lookalike erase --ids leavers.csv --workspace workspace --as-of 2025-06-02 --out erased 2>&1 | grep purged
grep -c "$email" erased/remove/plain-csv/plain/plain-csv-remove-0001.csv
score() { lookalike score --quiet --model m.safetensors --pool crm/pool.csv --top 100% --workspace workspace --eligible-for plain --out ranked.csv; }
echo "# the model learned from them, until it is trained again"
score 2>&1 | grep 'train it again'
echo "# they come back"
night 2025-06-03 again 2>&1 | grep -E 'erased' | sort
grep -rlE "$contact|$contact_email|$prospect|$email" quiet ranked.csv audience again
find_person "$contact" "$contact_email"
find_person "$prospect" "$email"
grep -c ',erased$' ranked.csv.left_out.csv
score 2>&1 | grep -c 'train it again' || true
