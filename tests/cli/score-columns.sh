# What the output carries: identifiers and consents by role, --keep, --hash; and that it is private then.
. "$DATA/shell"
umask 022
sed '1s/vip/consents/; s/,yes$/,profiling/; s/,no$/,advertising|profiling/' "$pool" >pool.csv
score pool.csv --keep city --hash email --role age=keep --top 2 2>/dev/null
head -n 1 ranked.csv
id=$(sed -n '2s/^1,\([^,]*\),.*/\1/p' ranked.csv)
printf '%s' "$(sed -n "s/^$id,\([^,]*\),.*/\1/p" pool.csv)" | sha256sum | cut -c 1-64 | cmp - <(sed -n 2p ranked.csv | grep -oE '[0-9a-f]{64}')
stat -c %a ranked.csv
cut -d , -f 1,3- "$pool" >anonymous.csv
score anonymous.csv --top 2
head -n 1 ranked.csv
stat -c %a ranked.csv
# Nobody without consent to profiling is written.
sed '1s/vip/profiling/; 1s/profiling/consent_profiling/' "$pool" >pool.csv
score pool.csv --top 100% 2>/dev/null
cut -d , -f 10 ranked.csv | sort | uniq -c
