# What the features add sums up to the score in the ranking; rank, percentile and tier are those of the ranking.
. "$DATA/shell"
score "$pool" --top 100%
for row in 2 200 401; do
    line=$(sed -n ${row}p ranked.csv)
    id=$(echo "$line" | cut -d , -f 2)
    lookalike explain --model "$model" --pool "$pool" --row $id --format json | python3 -c '
import json, sys
told, ranked = json.load(sys.stdin), sys.argv[1].split(",")
print(told["rank"], told["eligible"], told["percentile"], told["tier"])
print(str(told["rank"]) == ranked[0], told["percentile"] == float(ranked[3]), str(told["tier"]) == ranked[4])
print(abs(told["score"] - float(ranked[2])) < 1e-9)
print(abs(told["base"] + sum(c["adds"] for c in told["contributions"]) - told["score"]) < 1e-9)
' "$line"
done
