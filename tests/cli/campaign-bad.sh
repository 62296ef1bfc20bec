# What a person gets who does it wrong: an error that says what to do, and nothing changed.
. "$DATA/shell"
printf 'contact_id,segment,inactive,email\nC1,at_risk,yes,a@example.org\nC2,at_risk,yes,b@example.org\n' >contacts.csv
printf 'contact_id,id_type,platform,id,consent\nC1,cookie,dsp,k1,yes\nC2,cookie,dsp,k2,yes\n' >identities.csv
printf 'contact_id,new_email,timestamp,path\nC1,new@example.org,2025-06-01,banner\n' >registrations.csv
printf 'contact_id,timestamp,path\nC1,2025-05-20,banner\n' >exposures.csv
printf 'paths:\n  banner: {cost: free}\n  Über: {id_types: [cookie]}\n' >paths.yaml
# The lock names the process that had it last.
snapshot() { { find . -type f ! -name '*.rejected.csv' ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
onboard() { lookalike campaign onboard --quiet --contacts contacts.csv --identities identities.csv --workspace ws --out reach "$@"; }
allocate() { lookalike campaign allocate --quiet --workspace ws --out wave "$@"; }
register() { lookalike campaign registrations --quiet --registrations registrations.csv --workspace ws --out registered "$@"; }
seeds() { lookalike campaign seeds --quiet --exposures exposures.csv --workspace ws --out seeds "$@"; }

attempt "a campaign of nothing" lookalike campaign
attempt "no workspace" allocate --budget 1
attempt "no budget" allocate
attempt "paths with mistakes" onboard --paths paths.yaml
attempt "no such table" lookalike campaign onboard --quiet --contacts contacts.csv --identities nowhere.csv --workspace ws --out reach
attempt "a column that is absent" lookalike campaign onboard --quiet --contacts contacts.csv --identities contacts.csv --workspace ws --out reach
attempt "contacts that lifecycle did not write" lookalike campaign onboard --quiet --contacts identities.csv --identities identities.csv --workspace ws --out reach
attempt "a window that is none" onboard --seen-within soon
mkdir ws && echo x >ws/state.sqlite
attempt "a workspace that is none" onboard
rm -r ws
attempt "a dry run before there is a workspace" onboard --dry-run
onboard
attempt "an output of somebody else" register --out .
attempt "a wave with a number that is none" allocate --budget 1 --wave 0
attempt "less exploration than is needed" allocate --budget 1 --exploration .01
allocate --budget 1
attempt "a wave that was drawn with another seed" allocate --budget 1 --seed 2
attempt "registrations without a time" lookalike campaign registrations --quiet --registrations contacts.csv --workspace ws --out registered
attempt "exposures of nobody" seeds --as-of 2025-01-01
attempt "weights of nothing" seeds --weight nothing
attempt "a dry run" onboard --dry-run
attempt "a dry run of registrations" register --dry-run
cksum ws/state.sqlite >before
attempt "disk full" lookalike campaign registrations --quiet --registrations registrations.csv --workspace ws --out /dev/full/registered
cksum ws/state.sqlite | diff before -
