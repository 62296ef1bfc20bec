# --explore: a random sample of all eligible rows besides the top, with their true ranks, the same at every run.
. "$DATA/shell"
match "$pool" --top 100% --out all.csv 2>/dev/null
match "$pool" --top 10% --explore 50% 2>/dev/null
cut -d , -f 6,7 ranked.csv | tail -n +2 | sort | uniq -c
# Each with rank and score of the whole ranking.
grep -vxFf <(cut -d , -f 1-4 all.csv) <(cut -d , -f 1-4 ranked.csv)
cut -d , -f 1 ranked.csv | tail -n +2 | sort -nc
match "$pool" --top 10% --explore 50% --seed 2 --out other.csv 2>/dev/null
cmp -s ranked.csv other.csv || echo 'another seed, another sample'
