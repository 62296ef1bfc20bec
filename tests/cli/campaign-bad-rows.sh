# Rows of the campaign's tables that are odd: each is refused by its place, or counted and explained.
. "$DATA/shell"
snapshot() { { find . -type f ! -name '*.rejected.csv' ! -name lock ! -name 'registrations.csv' ! -name exposures.csv -exec cksum {} +; find . ! -type f; } | sort; }
printf 'contact_id,segment,inactive,email\nC1,at_risk,yes,a@example.org\nC2,at_risk,yes,b@example.org\n' >contacts.csv
printf 'contact_id,id_type,platform,id,consent,last_seen\nC1,cookie,dsp,k1,yes,2025-01-01\nC2,cookie,dsp,k2,yes,2025-01-01\n' >identities.csv
cp contacts.csv good-contacts.csv
cp identities.csv good-identities.csv
onboard() { lookalike campaign onboard --quiet --contacts contacts.csv --identities identities.csv --workspace ws --out reach "$@"; }
contact() { { cat good-contacts.csv; printf '%s\n' "$@"; } >contacts.csv; }
identity() { { cat good-identities.csv; printf '%s\n' "$@"; } >identities.csv; }
register() { { echo contact_id,new_email,timestamp,path; printf '%s\n' "$@"; } >registrations.csv
    lookalike campaign registrations --quiet --registrations registrations.csv --workspace ws --out registered; }
expose() { { echo contact_id,timestamp,path; printf '%s\n' "$@"; } >exposures.csv
    lookalike campaign seeds --quiet --exposures exposures.csv --workspace ws --out seeds --as-of 2025-06-30; }
counts() { sed -n '/"counts"/,/"registered"/p' registered/campaign.json | grep -E '"(people|reactivated|new|repeated)"' | tr -d ' ,
' >&2; echo >&2; rm -r registered; }

contact 'C1,at_risk,yes,c@example.org'
attempt 'a contact twice' onboard
contact 'C3,at_risk,perhaps,c@example.org'
attempt 'a contact who is perhaps inactive' onboard
cp good-contacts.csv contacts.csv
identity 'C2,fax,dsp,k3,yes,2025-01-01'
attempt 'an id of an unknown type' onboard
identity 'C2,cookie,dsp,k3,yes,2025-02-29'
attempt 'seen on a day that does not exist' onboard
identity 'C9,cookie,dsp,k3,yes,2024-02-29'
attempt 'an identity of nobody, seen on 29 February' onboard
rm -r reach
printf 'paths:\n  banner: {id_types: [cookie], cost: -1}\n' >paths.yaml
attempt 'a cost below zero' onboard --paths paths.yaml
rm paths.yaml
cp good-identities.csv identities.csv
attempt 'as it is' onboard
attempt 'a budget below zero' lookalike campaign allocate --quiet --workspace ws --budget -1 --out wave
attempt 'a registration on a day that does not exist' register 'C1,n@example.org,2025-02-29,banner'
attempt 'a registration by an unknown path' register 'C1,n@example.org,2025-06-01,zeppelin'
counts
attempt 'registrations of nobody we know, and twice in two zones' register 'C9,n9@example.org,2025-06-01T10:00:00Z,banner' 'C9,n9@example.org,2025-06-01T12:00:00+02:00,banner'
counts
attempt 'an exposure on a day that does not exist' expose 'C1,2025-02-29,banner'
attempt 'exposures of nobody, and after the as-of day' expose 'C9,2025-05-01,banner' 'C1,2025-07-30,banner'
