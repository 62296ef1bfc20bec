# A model: its card as text and JSON, its plan; a model of another name.
. "$DATA/shell"
cp "$model" thing
lookalike inspect thing | sed -E 's/(compiler|CPU level) [^,]+/\1 N/g; /^ +(l2|auc|[0-9]+%)|logistic l2/s/[0-9][0-9.]*/N/g; s/ +/ /g'
lookalike inspect thing --format json | python3 -c '
import json, sys
card = json.load(sys.stdin)
print(sorted(card))
print(card["seeds"], card["pool"])'
lookalike inspect thing --format plan
