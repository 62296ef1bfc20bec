# A pool that drifted: a warning, or with --gate exit 3 and nothing written.
. "$DATA/shell"
echo old >ranked.csv
sed '2,$s/Paris/Berlin/' "$pool" >pool.csv
attempt '--gate' score pool.csv --gate
cat ranked.csv
attempt 'without' score pool.csv
attempt 'a limit above it' score pool.csv --gate --drift-limit 50
attempt 'the pool of the training' score "$pool" --gate --drift-limit 0.05
cut -d , -f 1-4 "$pool" >pool.csv
attempt 'columns that are gone' score pool.csv --gate
