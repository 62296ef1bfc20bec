# The whole document of a run in one line of JSON.
cp "$SHARED"/world/*.csv .
lookalike match --seeds seeds.csv --pool pool.csv --family logistic --out ranked.csv --log-format json 2>log
python3 - <<'P'
import json
lines = [json.loads(line) for line in open("log")]
print(sorted({line["level"] for line in lines}))
document = lines[-1]["document"]
print(document["stage"], sorted(document), document["score"]["output"]["rows"], type(document["seconds"]).__name__)
P
