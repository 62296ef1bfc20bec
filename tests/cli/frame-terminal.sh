# On a terminal: a bar instead of lines, gone at the end; no colour.
cp "$SHARED"/world/*.csv .
export TERM=xterm
script -qec true /dev/null >/dev/null 2>refused || { cat refused >&2; exit 77; }
script -qec "lookalike match --seeds seeds.csv --pool pool.csv --family logistic --out ranked.csv" /dev/null >seen
grep -c 'step=' seen
grep -q '\[#*\.*\] .* left' seen && echo 'a bar'
grep -q "$(printf '\033\\[[0-9;]*m')" seen && echo 'colour'
tr '\r' '\n' <seen | grep -E '^  (wrote|seeds)' | sed -E 's/ +/ /g; s/in [0-9.]+ s/in N s/'
