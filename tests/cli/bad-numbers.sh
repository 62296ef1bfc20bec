# What is no number: in the sample its column is read as a category, which is told; with a type given, and behind the
# sample, it is an error.
. "$DATA/shell"
echo old >ranked.csv
for value in 1,5 1e999 nan 0x10 ' 5' '5 years'; do
    sed "9s/^\([^,]*,[^,]*,\)[^,]*/\1$value/; s/,/;/g; 9s/1;5/1,5/" "$pool" >pool.csv
    attempt "$value" match pool.csv
    rm -f ranked.csv*
    echo old >ranked.csv
    attempt "$value, as a number" match pool.csv --type age=number
    attempt "$value, scored" score pool.csv
done
# Of 400 rows 100 are in the sample, and p341's is none of them.
sed '/^p341,/s/^\([^,]*,[^,]*,\)[^,]*/\10x10/' "$pool" >pool.csv
attempt 'behind the sample' match pool.csv --sample 100
attempt 'tolerated' match pool.csv --sample 100 --max-bad-rows 1 --top 100%
cat ranked.csv.rejected.csv
wc -l <ranked.csv
# A row is told by its own file, whichever was read last.
sed -n '1,200p' pool.csv >1.csv
sed -n '1p; 201,$p' pool.csv >2.csv
sed -i '8s/,[0-9]*,/,nan,/' 1.csv
attempt 'in the first of two files' match '[12].csv' --type age=number
attempt 'told' match '[12].csv'
attempt 'both tolerated' match '[12].csv' --type age=number --max-bad-rows 2
cat ranked.csv.rejected.csv
mv ranked.csv.rejected.csv by-type.csv
attempt 'the type inferred' match '[12].csv' --max-bad-rows 2
cmp ranked.csv.rejected.csv by-type.csv
