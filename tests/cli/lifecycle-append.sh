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
