# A rule of the project may ask for what `value` found: the block says so, and lifecycle is run before value and behind it. None of
# that gets into crm.csv, since it is as of another day.
lookalike simulate crm --contacts 2000 --prospects 10 --out brand --quiet
cd brand || exit 1
sed -i '/^train/,$d; s/^lifecycle: .*/rules: {dear: "segment <> '"'active'"' and cluster = '"'inactive'"' and value > 5"}\nlifecycle: {value: value, where: dear}/' project.yaml
run() { lookalike run project.yaml "$@" 2>&1 | grep -v 'warning\|    - ' | sed 's/[0-9.]* s$/N s/'; }
run
run --dry-run | tail -n 1
awk -F , 'NR > 1 && $9 == "inactive" && $8 > 5 { print $1 }' out/value/value.csv | sort >valued
awk -F , 'NR > 1 && $2 != "active" && $8 == "yes" { print $1 }' out/lifecycle/contacts.csv | sort | comm -12 - valued >by-hand
tail -n +2 out/lifecycle/selected.csv | sort | cmp - by-hand
head -n 1 out/campaign/seeds/crm.csv | tr , '\n' | grep -c 'p_alive\|expected_\|cluster\|^value'
sed -i 's/^value:/value: {contacts: lifecycle}\nvalue_was:/' project.yaml
lookalike run project.yaml 2>&1 | head -n 2
sed -i '/^value: /d' project.yaml
lookalike run project.yaml 2>&1 | head -n 2
