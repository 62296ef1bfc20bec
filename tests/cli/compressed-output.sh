# Outputs that are named .gz or .zst: what other tools unpack is the plain output, and other threads give the same bytes.
score() {
    lookalike score --model "$SHARED/model.safetensors" --pool "$SHARED/world/pool.csv" --top 100% --quiet "$@"
}
score --out plain.csv
for form in gz zst; do
    score --out "one.csv.$form" --threads 1
    score --out "two.csv.$form" --threads 4
    cmp "one.csv.$form" "two.csv.$form" && echo "$form: the same bytes"
done
gzip -dc one.csv.gz | cmp - plain.csv && echo 'gz: the plain output'
zstd -dqc one.csv.zst | cmp - plain.csv && echo 'zst: the plain output'
# A pipe and stdout: the first by its name, the second never.
mkfifo pipe.gz
gzip -dc <pipe.gz | cmp - plain.csv && echo 'a pipe: the plain output' &
score --out pipe.gz
wait
score --out - | cmp - plain.csv && echo 'stdout: the plain output'
# Where there is no room, nothing is left.
(ulimit -f 64; trap '' XFSZ; score --out none.csv.gz) 2>&1 | sed 's/^lookalike: //'
ls -a | grep none || echo 'nothing is left'
