# What a person sees at the end of match.
cp "$SHARED"/world/*.csv .
lookalike match --seeds seeds.csv --pool pool.csv --family logistic --out ranked.csv 2>&1 | grep -v '^step='
