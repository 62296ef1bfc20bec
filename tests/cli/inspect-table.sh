# A table: columns, roles, types, values; as text and as JSON; nothing of a value that fewer than 10 people have.
. "$DATA/shell"
{ sed '1s/$/,note|x/; 2,$s/$/,hm/; 7s/hm$/secret/' "$pool"; } >people.csv
lookalike inspect people.csv
lookalike inspect people.csv --role city=keep --type age=category --format json | grep -B 1 -A 4 -E '"(city|age)"'
lookalike inspect - <"$pool" | sed -n 1p
head -n 1 people.csv >header.csv
lookalike inspect header.csv | head -n 3
