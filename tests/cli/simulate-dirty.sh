# --dirty: what is spoilt is what match rejects, and without the tolerance the first of it is told.
lookalike simulate pool --seeds-count 60 --prospects 2000 --dirty .05 --out world 2>&1 | grep -v '^step='
lookalike match --quiet --seeds world/seeds.csv --pool world/pool.csv --out ranked.csv
echo "exit $?"
lookalike match --seeds world/seeds.csv --pool world/pool.csv --out ranked.csv --max-bad-rows 200 2>&1 | grep -A 1 -E '^  (seeds|pool)'
lookalike match --quiet --seeds world/seeds.csv --pool world/pool.csv --out ranked.csv --max-bad-rows 200 2>&1 | grep -o 'column.*, since'
cut -d , -f 2- ranked.csv.rejected.csv | sed -E 's/(is no|is not|repeats|after the|row has) .*/\1/; s/""[^"]*""/X/g; s/,.*//' | tail -n +2 | sort | uniq -c
