# Who is named as a seed is scored by a member that did not learn from them; in a pool of strangers a seed is known again.
. "$DATA/shell"
lookalike simulate pool --quiet --seeds-count 150 --prospects 1500 --out world
sed '1s/contact_id/prospect_id/' world/seeds.csv >asked.csv
lookalike train --quiet --seeds world/seeds.csv --pool world/pool.csv --family svm --set svm.c=100 --model m.safetensors 2>/dev/null
scores() {
    lookalike score --quiet --model m.safetensors --pool asked.csv --top 100% --out "$1" "${@:2}" 2>/dev/null
    awk -F, 'NR > 1 { sum += $3 } END { print sum / (NR - 1) }' "$1"
}
strangers=$(scores a.csv)
named=$(scores b.csv --seeds world/seeds.csv --keep-seeds)
awk -v a="$strangers" -v b="$named" 'BEGIN { print (a > b + .1) ? "known again: higher" : "the same " a " " b }'
