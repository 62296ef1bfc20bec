# One pool in any form gives the same ranking: shuffled, compressed, piped, cut in two, with other separators and line ends.
. "$DATA/shell"
ranking() { match "$@" --top 100% 2>/dev/null && cksum <ranked.csv; }
{ head -n 1 "$pool"; tail -n +2 "$pool" | sort -t , -k 3; } >shuffled.csv
gzip -c "$pool" >pool.csv.gz
zstd -q "$pool" -o pool.csv.zst
{ gzip -c <(head -n 99 "$pool"); gzip -c <(tail -n +100 "$pool"); } >members.csv.gz
head -n 99 "$pool" >1.csv
{ head -n 1 "$pool"; tail -n +100 "$pool"; } >2.csv
gzip 2.csv
tr , ';' <"$pool" >semicolon.csv
tr , '\t' <"$pool" >tab.csv
sed 's/$/\r/' "$pool" >crlf.csv
{ printf '\xef\xbb\xbf'; cat "$pool"; } >mark.csv
sed -E 's/([^,]+)/"\1"/g' "$pool" >quoted.csv
head -c -1 "$pool" >end.csv
{
    ranking "$pool"
    for form in shuffled.csv pool.csv.gz pool.csv.zst members.csv.gz '[12].csv*' semicolon.csv tab.csv crlf.csv mark.csv quoted.csv end.csv; do
        ranking "$form"
    done
    ranking - <"$pool"
    ranking 2.csv.gz --pool 1.csv
    ranking <(cat "$pool")
} | uniq -c | sed 's/ [0-9]* [0-9]*$//'
wc -l <ranked.csv
