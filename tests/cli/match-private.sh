# No e-mail address, phone number, name, postcode or id of the input is in any message, in a model or in the JSON beside
# the ranking; whatever the family, and where the input is bad.
. "$DATA/shell"
lookalike simulate pool --quiet --seeds-count 80 --prospects 600 --dirty .02 --out world
cp world/*.csv .
for column in 1 2 3 5 6; do # a short number can stand in another by chance
    for table in seeds pool; do
        python3 -c 'import csv, sys
for row in csv.reader(open(sys.argv[1], errors="replace")):
    if len(row) == 36: print(row[int(sys.argv[2]) - 1])' $table.csv $column | tail -n +2
    done
done | grep -E '[^0-9].*.{4}|.{7}' | sort -u >secrets
mkdir out
run() { "$@" >>out/said 2>&1; }
bad='--max-bad-rows 99 --log-format json'
for family in logistic centroid svm one_class; do
    run lookalike match --seeds seeds.csv --pool pool.csv --family $family --out $family.csv --save-model out/$family $bad
    mv $family.csv.*json out
    run lookalike inspect out/$family --format json
    run lookalike inspect out/$family --format plan
done
run lookalike match --seeds seeds.csv --pool pool.csv --out ranked.csv
run lookalike match --seeds seeds.csv --pool pool.csv --out ranked.csv --type email=number --max-bad-rows 1
run lookalike match --seeds pool.csv --pool pool.csv --out ranked.csv --type first_product=number $bad
run lookalike evaluate --model out/logistic --seeds seeds.csv --pool pool.csv --out out/quality --truth world/truth/pool.csv $bad
run lookalike score --model out/logistic --pool pool.csv --out ranked.csv --top 5 --keep region
run lookalike score --model out/logistic --pool pool.csv --pool pool.csv --out ranked.csv $bad
run lookalike explain --model out/logistic --pool pool.csv --row P0000000000 $bad
run lookalike inspect seeds.csv
run lookalike inspect pool.csv --format json
[ $(wc -l <secrets) -gt 1000 ] && grep -qFf secrets logistic.csv && echo 'secrets, which a ranking may have'
find out -type f | sort
grep -raoFf secrets --exclude="*.rejected.csv" out
