# The reasons of a row are the features that explain says add most to its score; the profile counts the top.
. "$DATA/shell"
pool=$SHARED/world/pool.csv
agree() {
    lookalike score --quiet --model "$1" --pool "$pool" --top 10% --explore 5 --reasons 2 --out ranked.csv
    for row in 2 90 $(wc -l < ranked.csv); do
        line=$(sed -n ${row}p ranked.csv)
        lookalike explain --model "$1" --pool "$pool" --row "$(echo "$line" | cut -d , -f 2)" --format json > told.json
        python3 -c '
import csv, json, sys
said = [r.split(": ")[0] for r in next(csv.reader(sys.argv[1:]))[7].split("|")]
adds = [c for c in json.load(open("told.json"))["contributions"] if c["adds"] > 0][:2]
names = [c["feature"].split("=")[0].replace("_", " ") for c in adds]
print("agree" if said == names else f"{said} but {names}")' "$line"
    done
}
agree "$SHARED/model.safetensors"
for setting in centroid 'blend --set blend.of=logistic:l2=50;logistic:l2=5'; do
    lookalike train --quiet --seeds "$SHARED/world/seeds.csv" --pool "$pool" --family $setting --model other.safetensors 2>/dev/null
    agree other.safetensors
done
# A family that cannot tell says nothing, and nor does --reasons 0; the top of 5% is large enough for a profile.
lookalike train --quiet --seeds "$SHARED/world/seeds.csv" --pool "$pool" --family blend --set 'blend.of=logistic:l2=50;neighbours' --model other.safetensors 2>/dev/null
for options in '--model other.safetensors' "--model $SHARED/model.safetensors --reasons 0"; do
    lookalike score --quiet $options --pool "$pool" --top 5% --out ranked.csv
    cut -d , -f 8 ranked.csv | sort | uniq -c
    python3 -c '
import json
profile = json.load(open("ranked.csv.score.json"))["profile"]
print(profile and (profile["people"], all(v["people"] >= 100 for v in profile["values"])))'
done
lookalike explain --model other.safetensors --pool "$pool" --row "$(sed -n 2p ranked.csv | cut -d , -f 2)" | tail -n 1
for threads in 1 2 8; do
    lookalike score --quiet --model "$SHARED/model.safetensors" --pool "$pool" --top 30% --threads $threads --out - | sha256sum
done | uniq | wc -l
# Whoever asked for them is told.
lookalike score --quiet --model other.safetensors --pool "$pool" --top 10 --reasons 1 --out ranked.csv
