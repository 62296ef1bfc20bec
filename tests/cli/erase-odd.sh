# Families that share a phone, a Gmail address in another spelling, ids of two numberings, an audience that was moved away, a disk
# that fills, and contacts that may be kept no longer.
erase() { lookalike erase --workspace ws --as-of 2025-07-01 "$@" 2>&1; }
cat >contacts.csv <<'T'
contact_id,email,phone,signed_up
C1,ann.lee@gmail.com,+33612345678,2019-01-01
C2,bob.lee@example.org,+33612345678,2025-01-01
C3,eve@example.org,+33611111111,2020-01-01
C4,dan@example.org,+33622222222,2025-01-01
T
printf 'contact_id,timestamp,type\nC1,2019-02-01,open\nC2,2025-02-01,open\nC3,2020-02-01,open\nC4,2025-05-01,open\n' >events.csv
printf 'rank,prospect_id,email,phone\n1,C3,max@example.org,+33633333333\n2,P2,ann.lee@gmail.com,+33612345678\n3,P3,eve@example.org,\n' >people.csv
lifecycle() { lookalike lifecycle --quiet --contacts contacts.csv --events events.csv --as-of 2025-06-30 --workspace ws --out quiet; }
lifecycle 2>/dev/null
lookalike export --quiet --audience people.csv --platform plain --workspace ws --out sent 2>/dev/null
rm -r sent
mkdir .all && cp -r -- * .all
again() { rm -rf -- * && cp -r .all/* .; }
ids() { tail -n +2 quiet/contacts.csv | cut -d , -f 1 | paste -sd ' '; }

echo '# by a phone that two people have: nobody is taken for the other'
erase --phone '06 12 34 56 78' --country FR --out one | grep -v wrote; ids
echo '# ... but for the one who has it alone'
again; erase --phone +33611111111 --out one | grep -v wrote; ids
echo '# by Gmail in another spelling: one of the family, and the row that was sent'
again; erase --email 'AnnLee+shop@googlemail.com' --out one | grep -v wrote; ids
cat one/remove/plain-csv/plain/*.csv
echo '# by the id of a contact: the prospect of that number is somebody else'
again; erase --contact C3 --out one | grep -v wrote; ids
cat one/remove/plain-csv/plain/*.csv
echo '# what was sent has been moved away: by what was given'
again; mv people.csv elsewhere.csv; erase --email eve@example.org --out one | grep -v wrote
cat one/remove/plain-csv-given/plain/*.csv
echo '# ... and where nothing was given'
again; mv people.csv elsewhere.csv; erase --contact C3 --out one | grep -v wrote
echo '# files for platforms: those that have them go, those of others stay'
again; sed '4d' people.csv >others.csv
export_to() { lookalike export --quiet --audience "$1" --platform plain --workspace ws --out "$2" 2>/dev/null; }
export_to people.csv sent && export_to others.csv other
erase --email eve@example.org --out one --dry-run | grep found; ls sent/plain other/plain
erase --email eve@example.org --out one | grep '^  warning'; ls sent/plain other/plain
grep -A 5 '/sent/plain' one/erase.json | sed 's/^ *//; s/[0-9a-f]\{64\}/SHA-256/'
export_to people.csv sent; grep -c . sent/plain/*.csv
echo '# ... of an export whose document does not say which run it was'
again; export_to people.csv sent; sed -i 's/"run"/"walk"/' sent/export.json
erase --email eve@example.org --out one >/dev/null; grep -A 2 '"what": "export"' one/erase.json | sed 's/^ *//'; ls sent/plain
again; export_to people.csv sent; echo '{' >sent/export.json
erase --email eve@example.org --out one
echo '# an output has been moved away'
again; mv quiet away; erase --email eve@example.org --out one >/dev/null
grep -A 1 '"what": "lifecycle"' one/erase.json | sed 's/^ *//'
echo '# a disk that fills: a second run ends it'
again; said=$(ulimit -f 2; trap '' XFSZ; erase --email eve@example.org --out one); echo "$said" | grep -v warning; ids
erase --email eve@example.org --out one | grep again; ids
echo '# retention: counted first'
again; erase --retention --out due; ids
erase --retention --confirm --ledger-days 1 --out due | grep -v wrote; ids
grep -A 4 '"ledgers"' due/erase.json | sed 's/^ *//'
echo '# the source still has them: they are passed over'
lifecycle 2>&1; ids
