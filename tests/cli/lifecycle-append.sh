# Vendors' word about the inactive: contradictions by precision; nobody is asked about twice, nor who must be deleted.
. "$DATA/quiet"
cat >append.csv <<'END'
contact_id,vendor,email_status,deceased,active_elsewhere
c1,alpha,invalid,yes,no
c2,alpha,invalid,,yes
c2,beta,valid,,yes
c3,alpha,,yes,
c3,beta,,no,
c5,beta,unknown,,
c6,alpha,invalid,,
c6,beta,valid,,
x9,beta,valid,,
END
classes() { awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "reach_class") c = i } NR > 1 { print $1, $c }' quiet/contacts.csv | paste -sd ';'; }
quiet --append append.csv
classes
quiet --append append.csv --precision alpha=.99 --precision beta=.6
classes
quiet --append append.csv --precision alpha=.6 --precision beta=.99
classes
cat quiet/request/bounce_risk.csv
grep -A 8 '"append": {' quiet/lifecycle.json | head -8
# What else vendors tell is a column of its own: by precision where they contradict each other, nothing where they are as good, nothing
# about who is active (c1) or may not be profiled (c4); no identifier, nothing sensitive, no name that is taken. A rule may ask.
cat >append.csv <<'END'
contact_id,vendor,household,new_email,religion,age,reason,deceased
c1,alpha,couple,,,9,x,no
c2,alpha,family,z@example.org,none,9,x,no
c2,beta,couple,,,9,x,no
c2,gamma,couple,,,9,x,no
c3,alpha,single,,,9,x,
c3,beta,family,,,9,x,
c4,alpha,single,,,9,x,
c6,beta,"a, b",,,9,x,
c7,beta,,,,9,x,
END
told() { awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "household") c = i } NR > 1 { print $1, $c }' quiet/contacts.csv | paste -sd ';'; }
lookalike lifecycle --contacts contacts.csv --events events.csv --as-of 2025-06-30 --append append.csv --out quiet --floor 1 2>&1 | grep -e '--append' -e 'append  ' -e further
told
{ head -n 1 append.csv; tail -n +2 append.csv | tac; } >backwards.csv
mv quiet forwards
quiet --append backwards.csv 2>/dev/null
cmp forwards/contacts.csv quiet/contacts.csv && echo 'the same'
quiet --append append.csv --precision alpha=.99 --where "household = 'family' and reach_class = 'unknown'" 2>/dev/null
told
cat quiet/selected.csv
grep -o '"\(household\|reach_class\)": "[a-z]*"' quiet/lifecycle.json
printf 'contact_id,vendor,household\nc2,alpha,%0600d\n' 0 >append.csv
quiet --append append.csv 2>&1 | grep append
printf 'contact_id,vendor\nc2,alpha\n' >append.csv
quiet --append append.csv 2>&1 | grep append
