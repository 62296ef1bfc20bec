# Several models in one pass: each ranking is, byte by byte, what the model alone gives, for every family and plan, on 1, 2 and 8
# threads; also where the best rows stand at the file's start, so that a guessed threshold is too strict for some.
. "$DATA/shell"
mkdir models
learn() { lookalike train --quiet --seeds "$seeds" --pool "$pool" --model "models/$1.safetensors" "${@:2}" 2>/dev/null; }
lookalike inspect "$model" --format plan >plan.yaml
for l2 in 1 10 100 300; do
    learn "l2-$l2" --family logistic --plan plan.yaml --set logistic.l2=$l2
done
learn value --family logistic --plan plan.yaml --set logistic.numbers=value --set logistic.l2=10
learn bins --family logistic --bins 5 --exclude city
learn near --family centroid
learn trees --family forest
learn svm --family svm
awk -F, -v OFS=, 'NR == 1 { print; next } { row[NR] = $0 }
    END { for (copy = 0; copy < 30; copy++) for (i = 2; i <= NR; i++) { $0 = row[i]; $1 = $1 "-" copy; print } }' "$pool" >pool.csv
lookalike score --quiet --model models/l2-10.safetensors --pool pool.csv --top 100% --reasons 0 --out all.csv
{ head -n 1 pool.csv
  awk -F, 'NR == FNR { row[$1] = $0; next } FNR > 1 { print row[$2] }' pool.csv all.csv; } >best-first.csv

# same THREADS ARGUMENT...: how many rankings are the same
same() {
    lookalike score --quiet --models models --out many --threads "$1" "${@:2}" 2>/dev/null
    for file in models/*.safetensors; do
        name=$(basename "$file" .safetensors)
        [ "$1" != 1 ] || lookalike score --quiet --model "$file" --out "$name.csv" "${@:2}" 2>/dev/null
        cmp "$name.csv" "many/$name.csv" && echo same
    done | sort | uniq -c
}
for threads in 1 2 8; do
    same $threads --pool pool.csv --hash email --keep age
done
same 1 --pool best-first.csv --top 2%
same 1 --pool pool.csv --top 300 --seeds "$seeds" --keep-seeds --where "age > 30"
same 1 --pool pool.csv --top 2% --explore 10% --seed 7
same 1 --pool "$pool" --top 100%
same 1 --pool "$pool" --top 2% --reasons 0 --dry-run
stat -c '%a %n' many/value.csv
(cd many && ls)
# From a pipe, and by two flags.
lookalike score --quiet --model models/near.safetensors --model models/l2-1.safetensors --pool - --out two <pool.csv
ls two
lookalike score --quiet --model models/near.safetensors --pool pool.csv --out near.csv
cmp near.csv two/near.csv
# Whom a platform may not be given stands beside each ranking.
printf 'id,email\np7,p.7@example.org\n' >objected.csv
lookalike suppress import objected.csv --workspace ws --quiet 2>/dev/null
for out in "--model models/near.safetensors --out alone.csv" "--model models/near.safetensors --model models/trees.safetensors --out both"; do
    lookalike score --quiet --pool "$pool" --eligible-for meta --workspace ws --top 10% $out 2>/dev/null
done
cmp alone.csv both/near.csv
for name in near trees; do
    cmp alone.csv.left_out.csv both/$name.csv.left_out.csv
done
ls both
