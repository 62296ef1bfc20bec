# What the CSV grammar refuses, with line and field; each case twice: stopping the work, and as a rejected row.
. "$DATA/shell"
echo old >ranked.csv
bad() {
    table "a,,30,Paris,2024-05-01,no\n$2\nb,,30,Paris,2024-05-01,no\n"
    attempt "$1" score people.csv
    score people.csv --top 100% --max-bad-rows 9 && sed -n '2,$p' ranked.csv | cut -d , -f 2 | sort | paste -sd' '
    tail -n +2 ranked.csv.rejected.csv | cut -d , -f 1 | paste -sd' '
    rm -f ranked.csv*
    echo old >ranked.csv
}
bad 'a quote inside an unquoted field' 'x,,3"4,Lyon,2024-05-01,no'
bad 'text after the closing quote' 'x,,"34"5,Lyon,2024-05-01,no'
bad 'a space after the closing quote' 'x,,"34" ,Lyon,2024-05-01,no'
bad 'a lone CR' 'x,,34\r,Lyon,2024-05-01,no'
bad 'a NUL' 'x,,3\0004,Lyon,2024-05-01,no'
bad 'too few fields' 'x,,34,Lyon,2024-05-01'
bad 'too many fields' 'x,,34,Lyon,2024-05-01,no,'
bad 'a quote that is not closed' 'x,,34,"Lyon,2024-05-01,no'
bad 'an empty line' ''
bad 'a byte that is no UTF-8' 'x,,34,Ly\xf6n,2024-05-01,no'
bad 'an overlong form' 'x,,34,Ly\xc0\xafn,2024-05-01,no'
bad 'a surrogate' 'x,,34,Ly\xed\xa0\x80n,2024-05-01,no'
bad 'an id that is no UTF-8' '\xff,,34,Lyon,2024-05-01,no'
bad 'a number that is none' 'x,,34 years,Lyon,2024-05-01,no'
bad 'a date that is none' 'x,,34,Lyon,2024-02-30,no'
bad 'a yes that is none' 'x,,34,Lyon,2024-05-01,perhaps'

printf 'id,"age\n1,2\n' >header.csv
attempt 'a quote that is not closed in the header' score header.csv
printf 'id,age\r1,2\r' >header.csv
attempt 'lines that end in CR' score header.csv
printf 'id,\xff\n1,2\n' >header.csv
attempt 'a header that is no UTF-8' score header.csv
printf 'id;age,city\n1;2,3\n' >header.csv
attempt 'two separators' score header.csv
attempt 'a separator that is none' score "$pool" --separator '""'
