# The id column: none, two, one that is not there; a row without its id.
. "$DATA/shell"
echo old >ranked.csv
sed '1s/^id/number/' "$pool" >unnamed.csv
sed '1s/city/id/' "$pool" >twice.csv
sed '1s/city/age/' "$pool" >columns.csv
sed '1s/city//' "$pool" >nameless.csv
sed '7s/^[^,]*//' "$pool" >row.csv
attempt 'no id column' match unnamed.csv
seeds=unnamed.csv attempt 'no id column in the seeds' train "$pool"
attempt '--id names none' match "$pool" --id nummer
attempt '--id names one' match unnamed.csv --id number
attempt 'two id columns' match twice.csv
attempt 'another column twice' score columns.csv
attempt 'a column without a name' match nameless.csv
attempt 'two roles of id' match "$pool" --role city=id --role age=id
attempt 'a row without its id' match row.csv
attempt 'the same, scored' score row.csv
attempt 'the same, tolerated' score row.csv --max-bad-rows 1
cat ranked.csv.rejected.csv
