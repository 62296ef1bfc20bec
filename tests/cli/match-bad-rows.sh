# With bad rows tolerated, the ranking is that of the same files without them; the model has nothing of them either.
. "$DATA/shell"
match "$pool" --top 100% --out clean.csv --save-model clean.safetensors 2>/dev/null
add() { awk -v at="$2" -v row="$(printf "$3")" '{ print } NR == at { print row }' "$1" >x && mv x "$1"; }
cp "$pool" pool.csv
cp "$seeds" seeds.csv
add pool.csv 1 'x1,,3"4,Lyon,2024-05-01,no'
add pool.csv 8 'x2,,34,Lyon,2024-05-01'
add pool.csv 90 'p5,,34,Lyon,2024-05-01,no'
add pool.csv 200 ',,34,Lyon,2024-05-01,no'
add pool.csv 201 'x3,,34 years,Lyon,2024-05-01,no'
add pool.csv 300 'x4,,34,Lyon,"2024-05-01,no'
add pool.csv 400 'x5,,34,Lyon,2024-02-30,no'
add seeds.csv 50 's30,,34,Lyon,2024-05-01,no'
add seeds.csv 40 's70,,1e999,Lyon,2024-05-01,no'
seeds=seeds.csv
attempt "seven tolerated" match pool.csv --top 100% --max-bad-rows 7
cmp ranked.csv clean.csv
train pool.csv --max-bad-rows 7 2>/dev/null
lookalike inspect model.safetensors --format plan | diff - <(lookalike inspect clean.safetensors --format plan)
score pool.csv --max-bad-rows 7 --top 100% --out score.csv
cmp score.csv clean.csv
sed 's/^\([0-9]*\),\(.*\),"[^"]*"$/\1 \2/' ranked.csv.rejected.csv
cat ranked.csv.seeds.rejected.csv
# One too many: nothing is written, and what was rejected before is told.
rm ranked.csv*
attempt 'one too many' match pool.csv --max-bad-rows 6
# Nothing to reject: the file of an earlier run goes.
cp score.csv.rejected.csv ranked.csv.rejected.csv
seeds=$SHARED/people/seeds.csv match "$pool" --max-bad-rows 1 2>/dev/null
ls
