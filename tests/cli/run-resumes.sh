# A stage is run again only if something changed that its result follows from; a run that was stopped goes on.
. "$DATA/shell"
cp "$seeds" "$pool" .
cat >project.yaml <<'END'
sources: {seeds: seeds.csv, pool: pool.csv}
train: {family: centroid}
evaluate:
score: {top: 10%, where: older}
rules: {older: age >= 30}
END
run() { echo "# $1"; lookalike run project.yaml "${@:2}" 2>&1 | grep -v 'warning\|    - \|step='; }
run 'the plan' --dry-run
run 'at first'
cp -r out first
run 'again'
run 'again, as a plan' --dry-run
sed -i 's/10%/20%/' project.yaml
run 'a parameter of score'
sed -i 's/age >= 30/age >= 40/' project.yaml
run 'the rule'
sed -i 's/train: {/train: {folds: 4, /' project.yaml
run 'a parameter of train, as a plan' --dry-run
run 'a parameter of train'
sed -i '2s/s1\b/s1x/' seeds.csv
run 'a byte of the seeds'
touch pool.csv
run 'only the time of the pool'
echo >>out/ranked.csv
run 'its output was touched'
rm -r out/quality
run 'its output is gone' --threads 1
run 'from evaluate on' --from evaluate
run 'score alone' --only score
# A version's state is not believed by another one; what is damaged counts as none.
echo '{' >out/.run.json
run 'no state' | tail -n 1
# From another place, and moved: where files lie is no part of it.
mkdir elsewhere && mv project.yaml seeds.csv pool.csv out elsewhere/
(cd / && lookalike run "$OLDPWD/elsewhere/project.yaml" 2>&1)
