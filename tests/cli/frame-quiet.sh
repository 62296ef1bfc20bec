# --quiet leaves warnings alone; the result is the same.
pair="--seeds $SHARED/world/seeds.csv --pool $SHARED/world/pool.csv --family centroid --top 20"
lookalike match $pair --out loud.csv 2>loud
lookalike match $pair --out quiet.csv --quiet
cmp loud.csv quiet.csv
grep -c '^step=' loud
