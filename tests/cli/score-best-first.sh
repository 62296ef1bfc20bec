# The best rows at the file's start make the guessed threshold too strict: the pool is read again, and the top is the same as in
# any other order, on one thread and on several, compressed or not, from a pipe, with bad rows among them, and where a platform's rules leave
# people out.
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
for threads in 1 2; do
    score - --top 20% --threads $threads <best-first.csv
    cmp ranked.csv expected.csv
done
# Every thousandth row has a field too many.
awk '{ print } NR % 1000 == 0 { print $0 ",more" }' best-first.csv >bad.csv
for threads in 1 2; do
    score bad.csv --top 20% --threads $threads --max-bad-rows 100
    cmp ranked.csv expected.csv
    score - --top 20% --threads $threads --max-bad-rows 100 <bad.csv
    cmp ranked.csv expected.csv
    wc -l <ranked.csv.rejected.csv
done
printf 'id,email\nx,%s\n' "$(awk -F, '$2 ~ /@/ { print $2; exit }' best-first.csv)" >objected.csv
lookalike suppress import objected.csv --workspace ws --quiet 2>/dev/null
score best-first.csv --top 50% --eligible-for meta --workspace ws 2>/dev/null
wanted=$(($(wc -l <ranked.csv) * 2 / 10))
head -n $wanted ranked.csv | cut -d, -f1-3 >eligible.csv
tee left-out.csv <ranked.csv.left_out.csv | wc -l
score - --top 10% --eligible-for meta --workspace ws <best-first.csv 2>/dev/null
head -n $wanted ranked.csv | cut -d, -f1-3 | cmp - eligible.csv
cmp ranked.csv.left_out.csv left-out.csv
gzip best-first.csv
score best-first.csv.gz --top 20% --threads 2
cmp ranked.csv expected.csv
wc -l <ranked.csv
