# Columns that are not where they should be, and roles and types that there are not.
. "$DATA/shell"
echo old >ranked.csv
sed '1s/age,city,since,vip/alter,stadt,seit,treu/' "$pool" >german.csv
cut -d , -f 1-4 "$pool" >few.csv
cut -d , -f 1-2 "$pool" >none.csv
sed '1s/city,since/since,city/' "$pool" >order.csv
attempt 'no column in common' match german.csv
attempt 'no column that the model reads' score german.csv
attempt 'identifiers alone' match none.csv
attempt 'some columns' match few.csv
attempt 'some columns, scored' score few.csv
rm -f ranked.csv*
echo old >ranked.csv
attempt '--strict' match few.csv --strict
attempt '--strict, scored' score few.csv --strict
seeds=few.csv attempt '--strict, the other way round' train "$pool" --strict
attempt 'another header in the second file' match "$pool" --pool order.csv
attempt 'fewer columns in the second file' match "$pool" --pool few.csv
attempt 'more columns in the second file' score few.csv --pool "$pool"
attempt 'all columns excluded' match "$pool" --exclude age --exclude city --exclude since --exclude vip
for flags in '--exclude agee' '--keep agee' '--hash agee' '--role agee=keep' '--type agee=number'; do
    attempt "$flags" match "$pool" $flags
done
attempt '--keep, scored' score "$pool" --keep agee
attempt '--hash the id' score "$pool" --hash id
attempt '--role without a role' match "$pool" --role age
attempt '--role that there is not' match "$pool" --role age=emial
attempt '--type that there is not' match "$pool" --type age=float
attempt 'two types' match "$pool" --type age=number --type age=date
attempt '--type that does not fit' match "$pool" --type city=number
attempt '--type that is not the model'"'s" score "$pool" --type age=category
sed '1s/vip/score/' "$pool" >score.csv
attempt 'a name that the output has' score score.csv --keep score
