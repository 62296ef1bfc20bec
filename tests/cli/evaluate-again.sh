# Evaluating again gives the same bytes, at any number of threads, and tells what training told.
. "$DATA/shell"
cp -r "$SHARED"/world/*.csv .
evaluate() { lookalike evaluate --model "$SHARED/model.safetensors" --seeds seeds.csv --pool pool.csv --out "$1" "${@:2}"; }
evaluate one --threads 1 2>said
evaluate two --threads 2 --quiet
evaluate two --threads 2 --quiet
diff -r one two && echo 'the same'
cp two/evaluate.json .
lookalike inspect "$SHARED/model.safetensors" | grep -A 5 "^  auc" | diff - <(grep -A 5 "^  auc" said) && echo 'as in training'
