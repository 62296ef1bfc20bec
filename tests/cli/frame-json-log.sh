# Errors as JSON lines.
lookalike match --log-format json --seeds no-such.csv --pool no-such.csv --out ranked.csv
echo "exit $?" >&2
