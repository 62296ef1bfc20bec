# A workspace that is not ours to write, given to `value` and to each step of `campaign`: it is told, and nothing is touched.
# lifecycle-bad-workspace has the same for `lifecycle`.
. "$DATA/shell"
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$@"; }
# The lock names the process that had it last.
snapshot() { { find . -type f ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
printf 'contact_id,timestamp,type,amount,currency\n' >events.csv
for i in 1 2 3 4; do printf "c$i,2024-0%d-05,purchase,1$i,EUR\n" 1 2 3 >>events.csv; done
printf 'contact_id,email\nc1,a@example.org\nc2,b@example.org\nc3,c@example.org\nc4,d@example.org\n' >contacts.csv
printf 'contact_id,id_type,platform,id,consent\nc1,cookie,dsp,k1,yes\nc2,cookie,dsp,k2,yes\n' >identities.csv
printf 'contact_id,new_email,timestamp,path\nc1,new@example.org,2025-06-01,banner\n' >registrations.csv
printf 'contact_id,timestamp,path\nc1,2025-05-20,banner\n' >exposures.csv
value() { lookalike value --quiet --events events.csv --as-of 2025-06-30 --workspace ws --out value; }
onboard() { lookalike campaign onboard --quiet --contacts quiet --identities identities.csv --workspace ws --out reach "$@"; }
allocate() { lookalike campaign allocate --quiet --workspace ws --budget 1 --out wave; }
register() { lookalike campaign registrations --quiet --registrations registrations.csv --workspace ws --out registered; }
seeds() { lookalike campaign seeds --quiet --exposures exposures.csv --workspace ws --as-of 2025-06-30 --out seeds; }
stages() {
    local stage
    for stage in value onboard allocate register seeds; do attempt "$stage: $1" only_errors $stage; done
}
only_errors() { "$@" 2>&1 | grep -v 'warning: ' >&2; return "${PIPESTATUS[0]}"; }
{
    lookalike lifecycle --quiet --contacts contacts.csv --events events.csv --as-of 2025-06-30 --workspace ws --out quiet
    onboard
} 2>/dev/null
rm -r reach && mv ws whole
fresh() { rm -rf ws && cp -r whole ws && rm -f ws/lock; }
fresh
sql ws/state.sqlite 'PRAGMA user_version = 99'
stages 'of a newer version'
fresh && rm -r ws && mkdir ws && sql ws/state.sqlite 'CREATE TABLE invoices (id INTEGER)'
stages "another project's database"
fresh
truncate -s 5000 ws/state.sqlite
stages 'a database cut short'
truncate -s 0 ws/state.sqlite
stages 'a database cut to nothing'
fresh
sed -i '2,$s/^c/k/' quiet/contacts.csv
attempt "onboard: another brand's contacts" only_errors onboard
attempt "onboard: another brand's contacts, dry" only_errors onboard --dry-run
