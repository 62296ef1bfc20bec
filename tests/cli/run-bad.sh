# A project file's mistakes, all at once, each with its place, the value, what is allowed, the nearest.
. "$DATA/shell"
cp "$seeds" "$pool" .
check() { echo "# $1"; lookalike run project.yaml; echo "exit $?"; }
exec 2>&1
cat >project.yaml <<'END'
sources:
  seeds: seedz.csv
  pool: [pool.csv, -]
seeed: 3
train:
  famly: logistic
  folds: 1
  set: {logistic.l2: 3}
  family: tree
  exclude: [city, [vip]]
  dry-run: true
END
check 'keys and values'
cat >project.yaml <<'END'
sources: {seeds: seeds.csv, pool: pool.csv}
columns:
  ages: number
  email: mail
  age: [number, category]
evaluate: [a]
score:
  top:
  gate: maybe
  where: grown
  pool: nowhere.csv
rules:
  grown: agee >= 30
END
check 'columns, rules, files'
cat >project.yaml <<'END'
sources: {seeds: seeds.csv, pool: [pool.csv, pool.csv], prospects: pool.csv, truth: [pool.csv, seeds.csv]}
train: {}
evaluate: {}
score: {}
match:
END
check 'two for one'
printf 'train: {}\nscore: {where: age >}\n' >project.yaml
check 'what is missing'
printf 'sources: {seeds: seeds.csv, pool: pool.csv}\nscore: {model: out/m.safetensors, where: "age > 30; select 1"}\n' >project.yaml
check 'a rule'
printf 'seed: 1\nseed: 2\ntrain: {}\n' >project.yaml
check 'a key twice'
mkfifo pipe
printf 'sources: {seeds: seeds.csv, seeds: pool.csv, pool: pipe}\ntrain: {}\n' >project.yaml
check 'a source twice, a pipe'
echo 'sources: {seeds: seeds.csv}' >project.yaml
check 'no stage'
echo 'a: [' >project.yaml
check 'no YAML'
: >project.yaml
check 'empty'
rm project.yaml
check 'no file'
lookalike run .
lookalike run
printf 'sources: {seeds: seeds.csv, pool: pool.csv}\ntrain:\nscore:\n' >project.yaml
lookalike run project.yaml --from scor
lookalike run project.yaml --from campaign
lookalike run project.yaml --from score --only train
ls
