# Ids that come twice stop the work; with --max-bad-rows the first row is kept, and the others go to the rejected file.
. "$DATA/shell"
echo old >ranked.csv
{ cat "$pool"; sed -n '3p;9p' "$pool" | sed 's/Nantes/Brest/'; } >pool.csv
{ cat "$seeds"; sed -n 4p "$seeds"; } >seeds.csv
sed -n '1p;5p' "$pool" >more.csv
attempt 'in the pool' match pool.csv
attempt 'in the pool, scored' score pool.csv
seeds=seeds.csv attempt 'in the seeds' match "$pool"
attempt 'in two files' match "$pool" --pool more.csv
attempt 'one too many' match pool.csv --max-bad-rows 1
attempt 'known to be unique' match pool.csv --ids-unique
match "$pool" --top 100% --out clean.csv 2>/dev/null
seeds=seeds.csv attempt 'tolerated' match pool.csv --top 100% --max-bad-rows 2
cmp ranked.csv clean.csv
head ranked.csv.rejected.csv ranked.csv.seeds.rejected.csv
attempt 'tolerated when scored' score pool.csv --top 100% --max-bad-rows 2
cmp ranked.csv clean.csv
attempt 'of two files the reason names one' score "$pool" --pool more.csv --max-bad-rows 2
cat ranked.csv.rejected.csv
