# Seeds that are in the pool are neither learned from as others nor written: found by id, or by e-mail; else it is told.
. "$DATA/shell"
found() {
    echo "$1: $(lookalike match --quiet --seeds seeds.csv --pool pool.csv --out ranked.csv --top 100% "${@:2}" 2>&1 | grep -o "seeds can't be found")"
    grep -c '^[0-9]*,p[1-8],' ranked.csv
    grep -A 1 '"left_out"' ranked.csv.score.json | tail -n 1
}
{ cat "$seeds"; sed -n '2,9p' "$pool"; } >seeds.csv # p1 to p8
cp "$pool" pool.csv
found 'ids of one name'
found 'kept' --keep-seeds
sed -i '1s/^id/prospect_id/' pool.csv
sed -i '1s/^id/contact_id/; 9,$s/@EXAMPLE/@example/; 60,$s/^p/q/; 60,$s/,p\.\(.\)@example/, P.\1@Example/' seeds.csv
found 'ids of two names, e-mails in other spellings'
sed -i 's/^q/p/' seeds.csv
found '--same-ids' --same-ids
cut -d , -f 1,3- pool.csv >x && mv x pool.csv
found 'nothing in common'
found '--same-ids without e-mails' --same-ids
