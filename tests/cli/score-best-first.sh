# The best rows at the file's start make the guessed threshold too strict: the pool is read again, and the top is the same as in
# any other order, on one thread and on several, compressed or not.
. "$DATA/shell"
python3 - "$pool" <<'END'
import random, sys
lines = open(sys.argv[1]).read().splitlines()
fields = [line.split(",") for line in lines[1:]]
random.seed(1)
with open("pool.csv", "w") as file:
    print(lines[0], file=file)
    for i in range(40000):
        row = [f"R{i}"] + [random.choice(fields)[c] for c in range(1, len(fields[0]))]
        print(",".join(row), file=file)
END
score pool.csv --top 100%
{ head -n 1 pool.csv
  awk -F, 'NR == FNR { row[$1] = $0; next } FNR > 1 { print row[$2] }' pool.csv ranked.csv; } >best-first.csv
score pool.csv --top 20% --threads 1
mv ranked.csv expected.csv
for threads in 1 2 3; do
    score best-first.csv --top 20% --threads $threads
    cmp ranked.csv expected.csv
done
gzip best-first.csv
score best-first.csv.gz --top 20% --threads 2
cmp ranked.csv expected.csv
wc -l <ranked.csv
