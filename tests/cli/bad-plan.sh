# A plan with mistakes: all of them in one go, each with its place.
. "$DATA/shell"
echo old >ranked.csv
lookalike inspect "$model" --format plan >plan.yaml
cat >wrong.yaml <<'Y'
lookalike_plan: 1
as_of: yesterday
clip: -3
colums: []
columns:
  - name: age
    type: numbr
    missing: perhaps
  - name: city
    type: category
    missing: false
    values: [Lyon, Lyon]
  - name: city
    type: boolean
    missing: false
Y
plan() { attempt "$1" match "$pool" --plan "$2" "${@:3}"; }
plan 'mistakes' wrong.yaml
printf 'columns: [\n' >broken.yaml
plan 'no YAML' broken.yaml
: >empty.yaml
plan 'an empty file' empty.yaml
sed 's/^lookalike_plan: 1/lookalike_plan: 2/' plan.yaml >newer.yaml
plan 'of a newer version' newer.yaml
sed 's/name: age/name: agee/' plan.yaml >absent.yaml
plan 'a column that there is not' absent.yaml
sed '/edges:/s/\[\([0-9]*\), \([0-9]*\)/[\2, \1/' plan.yaml >edges.yaml
plan 'edges that do not rise' edges.yaml
plan 'a missing file' missing.yaml
plan 'a directory' .
plan 'a table' "$pool"
for flag in '--exclude id' '--bins 8' '--max-categories 9' '--as-of 2024-01-01' '--type age=number'; do
    plan "and $flag" plan.yaml $flag
done
