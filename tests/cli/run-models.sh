# A project may rank by models that others trained, each into a ranking of its own, which is that of the model alone; the stage is
# run again when one of them changed or is new.
. "$DATA/shell"
mkdir models
learn() { lookalike train --quiet --seeds "$seeds" --pool "$pool" --plan plan.yaml --set logistic.l2=$1 --family logistic --model "models/l2-$1.safetensors" 2>/dev/null; }
lookalike inspect "$model" --format plan >plan.yaml
for l2 in 1 3 10 30 100; do
    learn $l2
done
cat >project.yaml <<END
sources: {pool: $pool}
score: {models: models, top: 10%, out: rankings}
END
run() { lookalike run project.yaml "$@" 2>&1 | grep -v 'warning\|    - ' | sed 's/[0-9.]* s$/N s/'; }
run
for file in models/*.safetensors; do
    lookalike score --quiet --model "$file" --pool "$pool" --top 10% --out alone.csv 2>/dev/null
    cmp alone.csv "rankings/$(basename "$file" .safetensors).csv"
done
(cd rankings && ls)
run | tail -n 1
learn 300
run | tail -n 1
sed -i 's/models: models/models: models, model: [models\/l2-1.safetensors, models\/l2-3.safetensors]/' project.yaml
run
sed -i 's/models: models, //' project.yaml
run
(cd rankings && ls *.csv)
