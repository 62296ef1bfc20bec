# Made once for all tests, in $SHARED: a small simulated brand and a model of it.
lookalike simulate pool --seeds-count 150 --prospects 3000 --out world
lookalike train --seeds world/seeds.csv --pool world/pool.csv --family logistic --model model.safetensors
