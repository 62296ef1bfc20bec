# A disk that is full, a pipe that is closed: a failure, and the other outputs are what they were.
. "$DATA/shell"
for file in ranked.csv model.safetensors; do echo old >$file; done
attempt 'the ranking' match "$pool" --out /dev/full --save-model model.safetensors
attempt 'the model' match "$pool" --save-model /dev/full
attempt 'the ranking, scored' score "$pool" --out /dev/full --top 100%
attempt 'the model, trained' train "$pool" --model /dev/full
full() { "$@" >/dev/full; }
attempt 'stdout' full match "$pool" --out - --save-model model.safetensors
attempt 'stdout, scored' full score "$pool" --out - --top 100%
attempt 'stdout of inspect' full lookalike inspect "$pool"
attempt 'stdout of explain' full lookalike explain --model "$model" --pool "$pool" --row p7
attempt 'stdout of simulate' full lookalike simulate pool --quiet --prospects 1000 --out -
# A pipe that nobody reads any more.
mkfifo pipe
exec 3<>pipe 4>pipe 3>&- && rm pipe
closed() { "$@" >&4; }
attempt 'a pipe' closed score "$pool" --out - --top 100%
attempt 'a pipe, simulated' closed lookalike simulate pool --quiet --prospects 100000 --out -
attempt 'no stdout' eval 'score "$pool" --out - >&-'
ls -A /dev | grep '^full.'
ls -A
# A limit on the size of files: no signal ends the program before it has cleaned up.
short() { (ulimit -f 4 && "$@"); }
attempt 'more than a file may have' short score "$pool" --out ranked.csv --top 100%
cat ranked.csv
ls -A
