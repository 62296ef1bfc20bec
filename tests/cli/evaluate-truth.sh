# What the truth says is what is counted by hand from the ranking and the truth.
. "$DATA/shell"
awk -F, 'NR > 1 { print $1 "," ($3 >= 50 && $4 != "Nice") }' "$pool" | sed '1i id,label' >truth.csv
lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool "$pool" --truth truth.csv --out quality
score "$pool" --top 100%
sed 's/.*/&,/' truth.csv >truth
positives=$(grep -c ',1,' truth)
for people in 4 8 20 40; do
    found=$(sed -n "2,$((people + 1))p" ranked.csv | cut -d , -f 2 | sed 's/$/,1,/' | grep -cxFf - truth)
    awk -v found=$found -v positives=$positives 'BEGIN { printf "%.6f\n", found / positives }'
done >by-hand
grep '^truth' quality/tiers.csv | cut -d , -f 4 | awk '{ printf "%.6f\n", $1 }' | diff - by-hand && echo 'the same'
cut -d , -f 1-3 quality/tiers.csv
grep -c . quality/evaluate.json >/dev/null && ls quality
