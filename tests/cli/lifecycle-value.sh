# Once `value` has run, its columns stand beside the contacts, and a rule may ask for both.
. "$DATA/shell"
lookalike simulate crm --contacts 400 --prospects 1 --out crm --quiet
quiet() { lookalike lifecycle --quiet --contacts crm/contacts.csv --events crm/events.csv --workspace ws --as-of 2025-06-30 --out quiet "$@" 2>/dev/null; }
lookalike value --quiet --events crm/events.csv --as-of 2025-03-31 --workspace ws --out value 2>/dev/null
lookalike value --quiet --events crm/events.csv --as-of 2025-06-30 --workspace ws --out value 2>/dev/null
quiet --value value --where "segment <> 'active' and p_alive > .2 and cluster = 'inactive' and previous_cluster <> cluster" || exit 1
head -n 1 quiet/contacts.csv | tr , '\n' | grep -A 5 -x p_alive
# The same by hand.
tail -n +2 value/value.csv | awk -F , '$5 > .2 && $9 == "inactive" && $10 != "" && $10 != $9 { print $1 }' | sort >valued
awk -F , 'NR > 1 && $2 != "active" && $8 == "yes" { print $1 }' quiet/contacts.csv | sort | comm -12 - valued >by-hand
tail -n +2 quiet/selected.csv | sort | cmp - by-hand && wc -l <by-hand
# Who may not be profiled has no value.
awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "cluster") c = i } NR > 1 && $8 != "yes" && $c != ""' quiet/contacts.csv | wc -l
quiet() { lookalike lifecycle --quiet --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --out other "$@"; }
attempt 'no directory' quiet --value nowhere
attempt 'a rule on what is not joined' quiet --where "cluster = 'top'"
mkdir odd && printf 'contact_id,worth\nC1,1\n' >odd/value.csv
attempt 'not what value writes' quiet --value odd
