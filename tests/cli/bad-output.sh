# Outputs that cannot be written, and outputs that would go over an input: told before the work, and nothing is lost.
. "$DATA/shell"
for file in ranked.csv model.safetensors ranked.csv.score.json; do echo old >$file; done
mkdir directory others
echo mine >others/file
cp "$pool" pool.csv
cp "$seeds" seeds.csv
ln pool.csv same-pool.csv
attempt 'a directory that there is not' match "$pool" --out missing/ranked.csv
attempt 'a directory' match "$pool" --out directory
attempt 'no name' match "$pool" --out ''
attempt 'a model nowhere' match "$pool" --save-model missing/model.safetensors
attempt 'the model over the ranking' match "$pool" --save-model ./ranked.csv
attempt 'the same, both new' match "$pool" --out new --save-model ./new
attempt 'over the pool' match pool.csv --out ./pool.csv
attempt 'over the pool by another name' score pool.csv --out same-pool.csv
seeds=seeds.csv attempt 'over the seeds' match pool.csv --out seeds.csv
attempt 'the model over the pool' train pool.csv --model pool.csv
cp "$model" copy.safetensors
model=copy.safetensors attempt 'the ranking over the model' score pool.csv --out copy.safetensors
attempt 'the model over the plan' train pool.csv --plan pool.csv --model pool.csv
cp pool.csv ranked.csv.rejected.csv
attempt 'rejected rows over the pool' score ranked.csv.rejected.csv --max-bad-rows 1
attempt 'train nowhere' train "$pool" --model missing/model.safetensors
evaluate() { lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool "$pool" --out "$1"; }
attempt 'evaluate into a directory of others' evaluate others
attempt 'evaluate into a file' evaluate ranked.csv
attempt 'evaluate nowhere' evaluate missing/quality
attempt 'evaluate to stdout' evaluate -
attempt 'simulate into a directory of others' lookalike simulate pool --quiet --out others
lookalike simulate pool --quiet --seeds-count 20 --prospects 50 --out world
attempt 'simulate over where the shell stands' sh -c 'cd world && lookalike simulate pool --quiet --out .'
attempt 'simulate over what holds it' sh -c 'cd world/truth && lookalike simulate pool --quiet --out ../../world'
attempt 'simulate nowhere' lookalike simulate pool --quiet --out missing/world
attempt 'a temporary directory that there is not' match - --temporary missing <"$pool"
