# One row a contact: segment, date of deletion, last touch, counts without machines, the contacts' own columns behind.
. "$DATA/quiet"
sed -i '1s/$/,religion/; 2,$s/$/,x/' contacts.csv
lookalike lifecycle --contacts contacts.csv --events events.csv --as-of 2025-06-30 --out quiet --floor 1 2>summary
grep -v '^step=\|^lookalike' summary
cut -d , -f 1-13 quiet/contacts.csv
head -1 quiet/contacts.csv | tr , '\n' | sed -n '14,$p' | grep -v '_[0-9]*d$' | paste -sd ' '
column() { awk -F , -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } { print $1 "," $c }' quiet/contacts.csv; }
column click_email_ever | paste -sd ' '
column click_kiosk_recency_days | paste -sd ' '
column remedy | paste -sd ' '
column machine_events | paste -sd ' '
tail -n +2 quiet/contacts.csv | cut -d , -f 1 | paste -sd ' '
for file in deletions request/bounce_risk request/personalisation machines reasons surveys; do
    echo "# $file"
    grep -v ',0$' quiet/$file.csv
done
stat -c '%a %n' quiet/*.csv quiet/request/*.csv
