# Of 600 columns the forest grows from the 500 that tell most: the last column is among them, and is found by its own name.
lookalike doctor 2>&1 | grep -q 'libxgboost.* is not installed' && { echo 'libxgboost is not installed' >&2; exit 77; }
people() {
    awk -v id="$1" -v rows="$2" -v often="$3" 'BEGIN {
        state = 7 + often
        printf "id"
        for (c = 1; c <= 600; c++) printf ",c%d", c
        for (i = 0; i < rows; i++) {
            printf "\n%s%d", id, i
            for (c = 1; c < 600; c++) printf ",%s", random() < .05 ? "1" : ""
            printf ",%s", random() * 10 < often ? "1" : ""
        }
        print ""
    }
    function random() { return (state = (state * 16807) % 2147483647) / 2147483647 }'
}
people s 150 8 >seeds.csv
people p 500 1 >pool.csv
lookalike train --seeds seeds.csv --pool pool.csv --family forest --set forest.depth=1 --set forest.trees=20 --model m.safetensors --quiet 2>/dev/null
lookalike score --model m.safetensors --pool pool.csv --keep-seeds --top 5 --reasons 1 --out ranked.csv --quiet
cut -d , -f 8 ranked.csv
