# A table's columns; a model is known by its name or by its first bytes.
printf 'id,e_mail,"Größe, m",since,vip\n' > people.csv
for i in $(seq 1 30); do printf '%d,p%d@example.org,1.%02d,2024-01-%02d,%s\n' "$i" "$i" "$i" "$i" "$([ $((i % 3)) = 0 ] && echo yes || echo no)"; done >> people.csv
lookalike inspect people.csv
cp "$SHARED/model.safetensors" unnamed
lookalike inspect unnamed | sed -n 1p
lookalike inspect people.csv --format plan
echo "exit $?"
printf 'id,age\n1,2\n' > wrong.safetensors
lookalike inspect wrong.safetensors
echo "exit $?"
lookalike inspect no-such-file.csv
echo "exit $?"
