# The plan of a model, given back, makes the same model: the same but for the name of the plan in the card. Edited, it
# makes another.
. "$DATA/shell"
train "$pool" --model learned 2>/dev/null
lookalike inspect learned --format plan >plan.yaml
train "$pool" --model again --plan plan.yaml 2>/dev/null
diff <(lookalike inspect learned --format json) <(lookalike inspect again --format json) | grep '^[<>]'
score "$pool" --model learned --top 100% --out learned.csv
score "$pool" --model again --top 100% --out again.csv
cmp learned.csv again.csv
lookalike inspect again --format plan | cmp - plan.yaml
sed -i '/name: since/,/name: vip/{/name: vip/!d}; s/\[.*Lyon.*\]/[Lyon]/' plan.yaml
train "$pool" --model edited --plan plan.yaml 2>/dev/null
lookalike inspect edited --format plan | grep -E 'name|values'
lookalike explain --model edited --pool "$pool" --row p3 | grep -oE '(age|city|since|vip) .*'
