# --top: a share, a count, all; ranks and percentiles are among all eligible rows, whatever is written.
. "$DATA/shell"
match "$pool" --top 100% --out all.csv 2>/dev/null
for top in 1% .05 7 400 5000; do
    match "$pool" --top $top 2>&1 | grep top
    head -n $(wc -l <ranked.csv) all.csv | cmp - ranked.csv
    wc -l <ranked.csv
done
cut -d , -f 1 all.csv | tail -n +2 | cmp - <(seq 400)
cut -d , -f 3 all.csv | tail -n +2 | sort -gr | cmp - <(cut -d , -f 3 all.csv | tail -n +2)
cut -d , -f 5 all.csv | tail -n +2 | sort -n | uniq -c
sed -n '2p;$p' all.csv | cut -d , -f 1,4
