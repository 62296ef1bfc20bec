# Why somebody may not be used: the reason, the column, the rule and where it comes from; in an audience: the ledger's reason.
. "$DATA/shell"
{
    sed -n '1s/$/,consents,ad_user_data,ad_personalization,do_not_contact,country/p' "$pool"
    sed -n '2,$p' "$pool" | awk -F, '{
        consents = NR == 4 ? "profiling" : NR == 9 ? "advertising" : "profiling|advertising:google|advertising:plain"
        print $0 "," consents "," (NR == 5 ? "no" : "yes") ",yes," (NR == 3 ? "2024-05-01" : "") ",FR" }'
} >pool.csv
sed -n 2p pool.csv | cut -d , -f 2 | sed '1iemail' >objections.csv
sed -n 3p pool.csv | cut -d , -f 2 | sed '1iemail' >customers.csv
sed '7s/,[0-9]*,/,17,/' pool.csv >young.csv && mv young.csv pool.csv
{
    lookalike suppress import objections.csv --quiet --workspace ws
    for more in 10 11; do
        sed -n "1p;8p;${more}p" pool.csv >sent.csv
        lookalike export --quiet --audience sent.csv --platform plain --workspace ws --out sent-$more
    done
} 2>/dev/null
explain() { lookalike explain --model "$model" --pool pool.csv --row "$@" 2>&1 | grep -E '^  (row|why|ledger|        )|^lookalike: [^w]' | sed -E 's/is [0-9]+ of .*/is ranked/'; }
for row in p1 p2 p3 p4 p5 p6 p9 p20; do
    explain $row --workspace ws --eligible-for google --customers customers.csv
done
echo '# a cap'
explain p7 --workspace ws --eligible-for plain --frequency-cap 2/30 | sed 's/since [0-9-]*/since DAY/'
explain p7 --workspace ws --eligible-for plain --frequency-cap 3/30
explain p7 --workspace ws --eligible-for plain --frequency-cap 2/30 --as-of 2024-06-20
explain p7 --workspace ws --eligible-for google --frequency-cap 2/30
explain p7 --workspace ws --frequency-cap often
explain p7 --eligible-for google
score() { lookalike score --quiet --model "$model" --pool pool.csv --workspace ws --top 100% --eligible-for "$@" 2>/dev/null; }
score plain --frequency-cap 2/30 --out capped.csv
score google --frequency-cap 2/30 --out free.csv
for out in capped free; do cut -d , -f 2 $out.csv.left_out.csv | sort | uniq -c | sed 's/^ *//'; done
echo '# an audience'
lookalike audience --quiet --ranked free.csv --workspace ws --eligible-for google --holdout 0 --size 120 --as-of 2025-06-20 --out audience 2>/dev/null
first=$(sed -n 2p free.csv | cut -d , -f 2)
last=$(sed -n '$p' free.csv | cut -d , -f 2)
explain "$first" --workspace ws --audience audience | sed 's/row     p[0-9]*/row     ID/'
explain "$last" --workspace ws --audience audience | sed 's/row     p[0-9]*/row     ID/'
explain p1 --workspace ws --audience audience
explain p1 --workspace ws --audience .
lookalike audience --quiet --ranked free.csv --workspace ws --eligible-for plain --holdout 0 --frequency-cap 2/30 --out capped 2>/dev/null
explain p7 --workspace ws --audience capped | grep ledger
