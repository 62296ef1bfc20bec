# A stage that fails (test_run.c kills one): its status, its name before the message, the stages before it stay done.
. "$DATA/shell"
cp "$seeds" "$pool" .
chmod u+w pool.csv
cat >project.yaml <<'END'
sources: {seeds: seeds.csv, pool: pool.csv}
train: {family: centroid}
score: {top: 10%, keep: nosuch}
END
run() { lookalike run project.yaml "$@" 2>&1 | grep -v 'warning\|    - '; echo "exit ${PIPESTATUS[0]}"; }
run
ls out
sed -i 's/, keep: nosuch//' project.yaml
run
# Refused: 3. Nothing is published, and the next run says it again.
sed 's/^\(p[0-9]*,[^,]*\),[0-9]*,/\1,99,/' "$pool" >pool.csv
sed -i 's/top: 10%/gate: true, top: 10%/; s/train: {/train: {pool: old.csv, /' project.yaml
cp "$pool" old.csv
run
# Two at once.
exec 9<out && flock 9
run
flock -u 9
