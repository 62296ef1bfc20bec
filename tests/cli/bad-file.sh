# What cannot be opened, and what is no table.
. "$DATA/shell"
echo old >ranked.csv
mkdir directory
ln -s loop loop
: >empty.csv
printf '\xef\xbb\xbf' >mark.csv
printf '\n' >newline.csv
echo "$header" >header.csv
printf '\xff\xfei\0d\0' >utf16.csv
gzip -c "$pool" >gzip.csv
attempt 'a missing file' match missing.csv
seeds=missing.csv attempt 'a missing file of seeds' match "$pool"
attempt 'no name' match ''
attempt 'a pattern that fits nothing' match 'prospects-*.csv'
attempt 'a directory' match directory
attempt 'a path through a file' match "$pool/pool.csv"
attempt 'a link to itself' match loop
attempt 'an empty file' match empty.csv
seeds=empty.csv attempt 'an empty file of seeds' train "$pool"
attempt 'an empty device' score /dev/null
attempt 'a device without an end' score /dev/zero
attempt 'stdin without a byte' match -
seeds=- attempt 'stdin for both' match -
attempt 'a byte order mark alone' match mark.csv
attempt 'an empty header' match newline.csv
attempt 'a header alone' match header.csv
seeds=header.csv attempt 'seeds of a header alone' match "$pool"
attempt 'a header alone, to be scored' score header.csv
attempt 'a header alone, to be evaluated' lookalike evaluate --quiet --model "$model" --seeds "$seeds" --pool header.csv --out quality
attempt 'UTF-16' match utf16.csv
attempt 'gzip without the name' match gzip.csv
attempt 'a model' match "$model"
