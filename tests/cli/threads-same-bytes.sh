# One answer at any number of threads, from plain, gzipped and zstd files, from a file and from a pipe, in one file or two.
seeds=$SHARED/world/seeds.csv
pool=$SHARED/world/pool.csv
gzip -c "$pool" > pool.csv.gz
zstd -q "$pool" -o pool.csv.zst
{ head -n 1 "$pool"; sed -n '2,1000p' "$pool"; } > part-1.csv
{ head -n 1 "$pool"; sed -n '1001,$p' "$pool"; } > part-2.csv
say() { tail -n +2 "$1" | sha256sum | cut -c 1-8 >> sums; }
for threads in 1 2 8; do
    lookalike match --seeds "$seeds" --pool "$pool" --family logistic --top 30% --threads $threads --out $threads.csv --quiet
    say $threads.csv
done 2>/dev/null
for form in pool.csv.gz pool.csv.zst 'part-?.csv'; do
    lookalike match --seeds "$seeds" --pool "$form" --family logistic --top 30% --out form.csv --quiet 2>/dev/null
    say form.csv
done
lookalike match --seeds "$seeds" --pool - --family logistic --top 30% --out - --quiet < "$pool" > piped.csv 2>/dev/null
say piped.csv
# What match scored, score scores.
lookalike score --model "$SHARED/model.safetensors" --seeds "$seeds" --pool "$pool" --top 30% --threads 3 --out score.csv --quiet
say score.csv
sort sums | uniq -c | sed 's/ [0-9a-f]*$//'
wc -l < 1.csv
# Where families are compared, too: the model's own bytes.
lookalike simulate pool --seeds-count 240 --prospects 600 --out many --quiet
for threads in 1 2 8 1; do
    lookalike train --seeds many/seeds.csv --pool many/pool.csv --folds 2 --repeats 1 --threads $threads --model auto.$threads --quiet 2>/dev/null
    sha256sum <auto.$threads
done | uniq | wc -l
lookalike inspect auto.8 --format json | grep -o '"family": "[a-z]*"' | sort | uniq -c | sed 's/^ *//'
# And the families that auto leaves to those who ask.
for family in svm one_class neighbours; do
    for threads in 1 2 8; do
        lookalike match --seeds many/seeds.csv --pool many/pool.csv --family $family --threads $threads --save-model $family.$threads \
            --out $family.csv --quiet 2>/dev/null
        cat $family.$threads $family.csv | sha256sum
    done | uniq | wc -l
done
