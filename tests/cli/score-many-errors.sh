# What several models cannot be given, each with its reason; nothing is written then.
. "$DATA/shell"
mkdir models empty other
cp "$model" models/a.safetensors
lookalike train --quiet --seeds "$seeds" --pool "$pool" --family logistic --set logistic.l2=3 --model models/b.safetensors 2>/dev/null
cut -d , -f 1-3 "$pool" >narrow.csv
cut -d , -f 1,3 "$seeds" >narrow-seeds.csv
cut -d , -f 1,3 "$pool" >narrow-pool.csv
lookalike train --quiet --seeds narrow-seeds.csv --pool narrow-pool.csv --family logistic --model other/age.safetensors 2>/dev/null
sed 1s/id/person/ narrow-pool.csv >person-pool.csv
sed 1s/id/person/ narrow-seeds.csv >person-seeds.csv
lookalike train --quiet --id person --seeds person-seeds.csv --pool person-pool.csv --family logistic --model other/person.safetensors 2>/dev/null
many() { lookalike score --quiet --pool "${POOL:-$pool}" --out many "$@"; }
attempt 'no model' many
attempt 'an empty directory' many --models empty
attempt 'no directory' many --models absent
attempt 'a model twice' many --model models/a.safetensors --model models/a.safetensors
attempt 'a model in the directory, too' many --model models/a.safetensors --models models
cp models/b.safetensors other/a.safetensors
attempt 'two of one name' many --model models/a.safetensors --model other/a.safetensors
mv other/a.safetensors other/c.safetensors
attempt 'the same bytes under two names' many --model models/b.safetensors --model other/c.safetensors
rm other/c.safetensors
attempt 'other id columns' many --model models/a.safetensors --model other/person.safetensors
echo nonsense >models/broken.safetensors
attempt 'no model among them' many --models models
rm models/broken.safetensors
mkdir models/dir.safetensors
attempt 'a directory among them' many --models models
rmdir models/dir.safetensors
attempt 'stdout' many --models models --out -
attempt 'bad rows' many --models models --max-bad-rows 5
attempt 'the models for the output' many --models models --out models
echo old >file
attempt 'a file for the output' many --models models --out file
mkdir mine && echo mine >mine/own.txt
attempt 'a directory that is not ours' many --models models --out mine
sed '2,$s/Paris/Berlin/' "$pool" >drifted.csv
POOL=drifted.csv attempt 'drift' many --models models --gate
POOL=narrow.csv attempt '--strict' many --models models --strict
cut -d , -f 1,4 "$pool" >city.csv
POOL=city.csv attempt 'none of the columns of one' many --model models/a.safetensors --model other/age.safetensors
sed '3s/,[0-9]*,/,old,/' "$pool" >bad.csv
POOL=bad.csv attempt 'a bad row' many --models models
POOL=narrow.csv attempt 'a column that one lacks' many --model models/a.safetensors --model other/age.safetensors
attempt 'once more, over what is ours' many --models models
ls many
