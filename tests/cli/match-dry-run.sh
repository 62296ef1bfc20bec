# --dry-run does the work and writes nothing: no output, no model, no document, no rejected rows.
cp "$SHARED"/people/seeds.csv "$SHARED"/people/pool.csv .
chmod u+w pool.csv
echo "p1,again@example.org,30,Lyon,2020-01-01,yes" >> pool.csv
for command in "match --out ranked.csv --save-model m.safetensors" "train --model m.safetensors"; do
    lookalike $command --seeds seeds.csv --pool pool.csv --family centroid --max-bad-rows 1 --dry-run 2>&1 |
        grep -o 'dry run: nothing was written'
done
lookalike score --model "$SHARED/people.safetensors" --pool pool.csv --out ranked.csv --max-bad-rows 1 --dry-run --quiet
lookalike evaluate --model "$SHARED/people.safetensors" --seeds seeds.csv --pool "$SHARED"/people/pool.csv --out quality --dry-run --quiet
ls
