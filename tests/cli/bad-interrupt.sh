# SIGINT in the middle of each command: exit 130, the old output is whole, nothing is left.
. "$DATA/shell"
catches() { grep -q '^SigCgt:.*[2367abef]$' "/proc/$1/status"; } # the last digit holds SIGINT's bit
for file in ranked.csv model.safetensors; do echo old >$file; done
mkdir tmp
mkfifo pipe
# Its pool comes through the pipe: half of it before the signal, the rest behind.
interrupt() {
    "$@" 2>messages &
    local job=$!
    exec 3>pipe
    until catches $job; do sleep .02; done
    head -n 200 "$pool" >&3
    sleep .3
    kill -INT $job
    while catches $job; do sleep .02; done
    tail -n +201 "$pool" >&3
    exec 3>&-
    wait $job
    set -- $?
    sed 's/step ".*"/step "..."/' messages >&2
    rm messages
    return $1
}
attempt match interrupt lookalike match --quiet --seeds "$seeds" --pool pipe --out ranked.csv --save-model model.safetensors --temporary tmp
attempt train interrupt lookalike train --quiet --seeds "$seeds" --pool pipe --model model.safetensors --temporary tmp
attempt evaluate interrupt lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool pipe --out quality
attempt explain interrupt lookalike explain --model "$model" --pool pipe --row p7
# What is exported and ranked comes through the pipe, too.
lookalike export --quiet --audience "$pool" --platform plain --out files 2>/dev/null
attempt export interrupt lookalike export --quiet --audience pipe --platform plain --platform meta --temporary tmp --out files
awk -F, 'NR == 1 { print "rank,score," $0 } NR > 1 { print NR - 1 "," 1000 - NR "," $0 }' "$pool" >ranking
pool=$PWD/ranking
snapshot() { { find . -type f ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
printf 'email\nnobody@example.org\n' | lookalike suppress import - --quiet --workspace ws
attempt audience interrupt lookalike audience --quiet --ranked pipe --workspace ws --temporary tmp --out audience
ls -A . tmp
