# SIGINT in the middle: exit 130, the old output is whole, no temporary is left.
catches() { grep -q '^SigCgt:.*[2367abef]$' "/proc/$1/status"; } # the last digit holds SIGINT's bit
mkfifo pipe
echo 'the old one' > ranked.csv
lookalike score --model "$SHARED/model.safetensors" --pool - --out ranked.csv --quiet < pipe &
job=$!
exec 3> pipe
until catches $job; do sleep .05; done
head -n 100 "$SHARED/world/pool.csv" >&3
kill -INT $job
while catches $job; do sleep .05; done
tail -n +101 "$SHARED/world/pool.csv" >&3
exec 3>&-
wait $job
echo "exit $?"
cat ranked.csv
ls -A
