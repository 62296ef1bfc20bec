# match is train and score, to the byte: the model, the ranking; with seeds in the pool, with bad rows, with a sample.
. "$DATA/shell"
both() {
    lookalike match --quiet --seeds seeds.csv --pool pool.csv --out match.csv --save-model match.safetensors --top 50% "$@" 2>/dev/null
    lookalike train --quiet --seeds seeds.csv --pool pool.csv --model train.safetensors $learning 2>/dev/null
    lookalike score --quiet --seeds seeds.csv --pool pool.csv --model train.safetensors --out score.csv --top 50% $ranking 2>/dev/null
    cmp match.safetensors train.safetensors && cmp match.csv score.csv && wc -l <score.csv
}
sed 's/^s/p/; 2,9s/yes$/no/' "$seeds" >seeds.csv # of whom each is in the pool
cp "$pool" pool.csv
learning= ranking= both
learning= ranking=--keep-seeds both --keep-seeds
learning='--family centroid --sample 100' ranking='--explore 20%' both --family centroid --sample 100 --explore 20%
sed -i '1s/vip/consent_profiling/' seeds.csv pool.csv
learning= ranking= both
sed -i '40s/,[0-9]*,/,x,/; 50s/^[^,]*//' pool.csv
sed -i '6s/,[0-9]*,/,x,/' seeds.csv
flags='--max-bad-rows 3 --type age=number'
learning=$flags ranking=$flags both $flags
tail -n +2 match.csv.rejected.csv | cut -d , -f 1 | paste -sd' '
cmp match.csv.rejected.csv score.csv.rejected.csv
