# A rule over the table: who meets it, a sample by hash; numbers compare as numbers.
. "$DATA/quiet"
quiet --where "inactive = 'yes' and visit_store_ever > 0" 2>/dev/null
cat quiet/selected.csv
quiet --where "age > 9 and segment <> 'active'" 2>/dev/null
paste -sd ' ' quiet/selected.csv
grep -c c2 quiet/lifecycle.json
grep -A 4 '"contacts": 7' quiet/lifecycle.json | tr -d ' \n'
echo
stat -c %a quiet/selected.csv
quiet --dry-run --where "inactive = 'yes'" --out dry 2>/dev/null
ls -A | paste -sd ' '
