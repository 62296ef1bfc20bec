# The order of the tables' rows, the number of their files, of runs and threads, repeated rows: none of these changes a byte
# of what `value` and `campaign seeds` make.
lookalike simulate crm --contacts 1500 --prospects 1 --seed 3 --out crm --quiet
events=crm/events.csv
{ head -n 1 $events; tail -n +2 $events | sort -t , -k 5,5 -k 2,2r; } >shuffled.csv
awk 'NR == 1 || NR % 3' $events >one.csv
awk 'NR == 1 || NR % 3 != 1' $events >two.csv
backwards() { head -n 1 "$1"; tail -n +2 "$1" | tac; }
same() { cmp "$1" "$2" && echo "same: $2"; }

value() { lookalike value --quiet --as-of 2025-06-30 "$@" 2>/dev/null; }
value --events $events --out value
value --events shuffled.csv --threads 3 --out value-shuffled
value --events two.csv --events one.csv --out value-two-files
value --events one.csv --workspace remembers --out value-two-runs
value --events two.csv --workspace remembers --out value-two-runs
for other in value-shuffled value-two-files; do same value/value.csv $other/value.csv; done
# previous_cluster is empty at the first day.
cut -d , -f 1-9 value-two-runs/value.csv >without-previous.csv
same value/value.csv without-previous.csv

# seeds NAME EVENTS...: the chain up to crm.csv, in a workspace of its own.
seeds() {
    local name=$1 given=() file
    shift
    for file in "$@"; do given+=(--events "$file"); done
    lookalike lifecycle --contacts crm/contacts.csv "${given[@]}" --as-of 2025-06-30 --workspace $name.ws --out $name.quiet --quiet
    lookalike campaign onboard --contacts $name.quiet --identities $identities --paths crm/paths.yaml --workspace $name.ws --out $name.reach --quiet
    lookalike campaign registrations --registrations $registrations --workspace $name.ws --out $name.registered --quiet
    lookalike campaign seeds --exposures $exposures --workspace $name.ws --out $name.seeds --quiet
} 2>/dev/null
identities=crm/identities.csv registrations=crm/registrations.csv exposures=crm/exposures.csv
seeds plain $events
seeds files two.csv one.csv
lookalike lifecycle --contacts crm/contacts.csv --events one.csv --as-of 2025-06-30 --workspace runs.ws --out runs.quiet --quiet 2>/dev/null
seeds runs two.csv
for table in identities registrations exposures; do
    backwards crm/$table.csv >$table.csv
    eval "$table=$table.csv"
done
seeds shuffled shuffled.csv
for other in files runs shuffled; do
    same plain.seeds/crm.csv $other.seeds/crm.csv
    same plain.quiet/contacts.csv $other.quiet/contacts.csv
    same plain.registered/registrations.csv $other.registered/registrations.csv
done
wc -l <plain.seeds/crm.csv
