# The same behind 200,000 good rows, at any number of threads: nothing is written.
. "$DATA/shell"
echo old >ranked.csv
{ echo "$header"; seq -f 'x%.0f,,40,Paris,2024-05-01,no' 200000; } >good.csv
late() {
    { cat good.csv; printf "$2"; } >people.csv
    said=$(attempt "$1" score people.csv --threads 1 "${@:3}" 2>&1)
    echo "$said" >&2
    for threads in 2 8; do
        diff <(echo "$said") <(attempt "$1" score people.csv --threads $threads "${@:3}" 2>&1) >&2
    done
}
late 'a quote inside an unquoted field' 'x,,3"4,Lyon,2024-05-01,no\n'
late 'text after the closing quote' 'x,,"34"5,Lyon,2024-05-01,no\n'
late 'a lone CR' 'x,,34\r,Lyon,2024-05-01,no\n'
late 'a NUL' 'x,,3\0004,Lyon,2024-05-01,no\n'
late 'too few fields' 'x,,34,Lyon,2024-05-01\n'
late 'too many fields' 'x,,34,Lyon,2024-05-01,no,\n'
late 'a quote that is not closed' 'x,,34,"Lyon,2024-05-01,no\n'
late 'an empty line' '\n'
late 'no UTF-8' 'x,,34,Ly\xf6n,2024-05-01,no\n'
late 'no number' 'x,,0x10,Lyon,2024-05-01,no\n'
late 'an id that was met' 'x7,,34,Lyon,2024-05-01,no\n'
late 'no id' ',,34,Lyon,2024-05-01,no\n'
late 'several files' 'x,,34' --pool "$pool"
late 'a last line without its end' 'x,,34,Lyon,2024-05-01,no'
wc -l <ranked.csv
