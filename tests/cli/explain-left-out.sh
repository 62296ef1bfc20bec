# Whoever is not ranked has the reason; whoever is not there is not named.
. "$DATA/shell"
sed '1s/vip/consent_profiling/; 3s/yes$/no/; 3s/no$/no/' "$pool" >pool.csv
{ cat "$seeds"; sed -n 5p "$pool"; } >seeds.csv
explain() { lookalike explain --model "$model" --pool pool.csv --row "$@" 2>&1 | grep -v warning; }
explain p2
explain p4 --seeds seeds.csv | sed -n 1p
explain p4 --seeds seeds.csv --keep-seeds | sed -n 1p | sed -E 's/is [0-9]+ of .*/is ranked/'
explain somebody
explain p2 --seeds missing.csv
lookalike explain --model "$model" --pool - --row p4 --format json <pool.csv 2>/dev/null | grep '"eligible"'
# A family that adds nothing up.
train "$pool" --family one_class 2>/dev/null
lookalike explain --model model.safetensors --pool "$pool" --row p4 | tail -n +2 | sed 's/score .* by/score N by/'
