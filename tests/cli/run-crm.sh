# From the simulated CRM to a ranked audience in one command; everything follows from the project that it wrote.
. "$DATA/shell"
lookalike simulate crm --contacts 6000 --prospects 1500 --seed 3 --out brand --quiet
sed -i "s|train: {}|train: {family: centroid}|" brand/project.yaml
run() { echo "# $1"; lookalike run brand/project.yaml "${@:2}" 2>&1 | grep -v 'warning\|    - ' | sed 's|AUC [0-9.]*|AUC|'; }
run 'the plan' --dry-run
run 'at first'
run 'again'
sed -i 's/window: 30d/window: 20d/' brand/project.yaml
run 'a shorter window' --dry-run
run 'only its parameters' --only 'campaign seeds' | grep -o seeds
head -n 1 brand/out/ranked.csv
wc -l <brand/out/ranked.csv
stat -c '%a' brand/out/campaign/seeds/crm.csv brand/out/lifecycle/contacts.csv brand/out/ranked.csv
