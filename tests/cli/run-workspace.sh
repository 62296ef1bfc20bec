# Stages that share a workspace follow from each other, and from what others write into it.
. "$DATA/shell"
lookalike simulate crm --contacts 600 --prospects 50 --seed 5 --out brand --quiet
cat >project.yaml <<'END'
sources: {contacts: brand/contacts.csv, events: brand/events.csv, append: brand/append.csv}
as-of: 2025-06-30
workspace: state
lifecycle: {where: quiet}
value: {horizon: 26w, unit: week}
rules: {quiet: "segment = 'at_risk' and opens_observable = 'yes'"}
END
run() { echo "# $1"; lookalike run project.yaml "${@:2}" 2>&1 | grep -v 'warning\|    - '; }
run 'at first'
run 'again'
sed -i 's/at_risk/lapsing/' project.yaml
run 'the rule of lifecycle'
echo x >state/suppression.bin
run 'somebody objected' --dry-run
rm -r state
run 'the workspace is gone'
