# Fields of 1 MiB and 65,535 columns are the limits; 5,000 columns are worked through.
. "$DATA/shell"
echo old >ranked.csv
field() { { printf '%s\nx,,34,%s' "$header" "$2"; head -c $1 /dev/zero | tr '\0' x; printf '%s,2024-05-01,no\n' "$2"; } >people.csv; }
field 10000000 ''
attempt 'a field of 10 MB' score people.csv
field 10000000 '"'
attempt 'in quotes' match people.csv
attempt 'allowed' score people.csv --max-field 10000000
field 1048577 ''
attempt 'a byte too long' score people.csv
field 1048576 ''
attempt 'the longest' score people.csv

wide() { awk -v id="$1" -v rows="$2" -v columns="$3" 'BEGIN {
    for (row = 0; row <= rows; row++) {
        printf "%s", row ? id row : "id"
        for (c = 1; c < columns; c++) printf ",%s", row ? (row * (c + 7)) % 23 : "c" c
        print ""
    } }'; }
wide p 3 70000 >wide.csv
attempt '70,000 columns' match wide.csv
wide p 150 5000 >wide.csv
wide s 30 5000 >wide-seeds.csv
attempt '5,000 columns' lookalike match --quiet --seeds wide-seeds.csv --pool wide.csv --family centroid --out ranked.csv --top 100%
wc -l <ranked.csv
