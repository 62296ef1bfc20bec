# A CRM of five contacts, as it stands in its files.
lookalike simulate crm --contacts 5 --prospects 2 --seed 3 --out five 2>&1 | grep -v '^step='
cd five
cat contacts.csv append.csv identities.csv exposures.csv registrations.csv pool.csv
wc -l < events.csv
grep -E '^C0000000003|^contact' events.csv
cat project.yaml paths.yaml
(cd truth && for table in *.csv; do echo "== $table"; head -n 6 "$table"; done)
