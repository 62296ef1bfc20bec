# The same seed gives the same bytes at any number of threads; --out - is the pool; a larger pool begins as the smaller.
simulate() { lookalike simulate pool --quiet --seeds-count 70 "$@"; }
simulate --prospects 9000 --out one --threads 1
simulate --prospects 9000 --out two --threads 2
simulate --prospects 9000 --out two --threads 8
diff -r one two && echo 'the same'
simulate --prospects 9000 --out - | cmp - one/pool.csv && echo 'the pool'
simulate --prospects 100 --out - | cmp - <(head -n 101 one/pool.csv) && echo 'its beginning'
simulate --prospects 9000 --out other --seed 2
cmp -s other/pool.csv one/pool.csv || echo 'another'
wc -l one/*.csv one/truth/*.csv
cut -d , -f 1 one/pool.csv | tail -n +2 | cmp - <(cut -d , -f 1 one/truth/pool.csv | tail -n +2)
(cd one && sha256sum pool.csv truth/pool.csv | while read -r sum file; do grep -c $sum manifest.json; done)
