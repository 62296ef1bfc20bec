# From a simulated CRM to crm.csv, twice: nothing but what is expected, and the same bytes again.
lookalike simulate crm --quiet --contacts 3000 --prospects 100 --out crm
flow() {
    lookalike lifecycle --quiet --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --workspace "$1/ws" --out "$1/quiet"
    lookalike campaign onboard --quiet --contacts "$1/quiet" --identities crm/identities.csv --paths crm/paths.yaml --workspace "$1/ws" --out "$1/reach"
    lookalike campaign allocate --quiet --paths crm/paths.yaml --budget 200 --workspace "$1/ws" --out "$1/wave-1"
    lookalike campaign registrations --quiet --registrations crm/registrations.csv --workspace "$1/ws" --out "$1/registered"
    lookalike campaign allocate --quiet --paths crm/paths.yaml --budget 100 --wave 2 --workspace "$1/ws" --out "$1/wave-2"
    lookalike campaign seeds --quiet --exposures crm/exposures.csv --workspace "$1/ws" --out "$1/seeds"
} 2>/dev/null
mkdir one two
flow one
flow two
for part in reach wave-1 registered wave-2 seeds; do
    diff -r -x '*.json' one/$part two/$part && echo "$part: the same"
done

echo "# the first again, over what is there"
cp -r one before
flow one
for part in reach wave-1 registered wave-2 seeds; do
    diff -r -x '*.run.json' one/$part before/$part && echo "$part: the same"
done

echo "# every allocation goes to a path that reaches the contact"
cut -d , -f 1,6 one/reach/reach.csv | tail -n +2 | sort >paths
cut -d , -f 1,2 one/wave-1/allocation.csv | tail -n +2 | sort >taken
join -t , taken paths | awk -F , '{ if (index("|" $3 "|", "|" $2 "|") == 0) print "not reached:", $0 }' | head -n 3
awk -F , 'NR > 1 && ($3 <= 0 || $3 > 1)' one/wave-1/allocation.csv | head -n 3
cut -d , -f 1 one/wave-1/allocation.csv one/wave-2/allocation.csv | sort | uniq -d | grep -v contact_id

echo "# nobody is in two groups, and no identifier is in crm.csv"
cut -d , -f 1 one/seeds/crm.csv | sort | uniq -d
head -n 1 one/seeds/crm.csv | tr , '\n' | grep -E '^(email|phone|first_name|last_name|postcode|country|consents|opt_in|segment|inactive)$'
grep -c @ one/seeds/crm.csv one/seeds/campaign.json
find one -name '*.csv' -not -perm 600 | grep -v quiet
exit 0
