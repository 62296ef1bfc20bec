# TMPDIR is where big intermediate files go; --temporary goes before it.
TMPDIR=/nowhere/at/all lookalike match --seeds "$SHARED/world/seeds.csv" --pool - --family centroid --out a.csv --quiet < "$SHARED/world/pool.csv"
echo "exit $?"
TMPDIR=/nowhere/at/all lookalike match --seeds "$SHARED/world/seeds.csv" --pool - --family centroid --out b.csv --quiet \
    --temporary . < "$SHARED/world/pool.csv"
echo "exit $?"
ls -A
