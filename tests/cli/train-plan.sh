# The plan of a model, given back, makes the same model: the same but for the name of the plan in the card. Edited, it
# makes another.
. "$DATA/shell"
train "$pool" --model learned 2>/dev/null
lookalike inspect learned --format plan >plan.yaml
train "$pool" --model again --plan plan.yaml 2>/dev/null
diff <(lookalike inspect learned --format json) <(lookalike inspect again --format json) | grep '^[<>]'
model=learned score "$pool" --top 100% --out learned.csv
model=again score "$pool" --top 100% --out again.csv
cmp learned.csv again.csv
lookalike inspect again --format plan | cmp - plan.yaml
sed -i '/name: since/,/name: vip/{/name: vip/!d}; s/\[.*Lyon.*\]/[Lyon]/' plan.yaml
train "$pool" --model edited --plan plan.yaml 2>/dev/null
lookalike inspect edited --format plan | grep -E 'name|values'
lookalike explain --model edited --pool "$pool" --row p3 | grep -oE '(age|city|since|vip) .*'
# A column of the plan can be left out without editing it, and what that costs is told as of any model.
train "$pool" --model narrow --plan plan.yaml --exclude vip 2>/dev/null
lookalike inspect narrow --format json | python3 -c 'import json, sys; print([c["reason"] for c in json.load(sys.stdin)["columns"]["left_out"] if c["name"] == "vip"])'
lookalike evaluate --model edited --seeds "$seeds" --pool "$pool" --exclude vip --out quality --quiet
cut -d , -f 1-3 quality/comparison.csv
