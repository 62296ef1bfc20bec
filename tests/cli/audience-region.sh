# Google's signals: --country speaks for rows that tell no country, not for those that tell one in another way.
printf 'prospect_id,rank,score,percentile,email,country,consents\n' >ranked.csv
i=0
for country in FRA France US '' el GB RE XX; do
    i=$((i + 1))
    echo "P$i,$i,.5,1,u$i@example.org,$country,advertising|profiling" >>ranked.csv
done
lookalike audience --ranked ranked.csv --workspace ws --eligible-for google --country US --min-people 1 --holdout 0 --out whom 2>&1 | grep out
cut -d , -f 7 whom/audience.csv
echo '# an unknown word may say that somebody is a minor'
printf 'prospect_id,rank,score,percentile,email,minor,consents\n' >ranked.csv
i=0
for minor in no yes '' perhaps 0; do
    i=$((i + 1))
    echo "P$i,$i,.5,1,u$i@example.org,$minor,advertising|profiling" >>ranked.csv
done
lookalike audience --ranked ranked.csv --workspace ws --min-people 1 --holdout 0 --out adults 2>&1 | grep out
cut -d , -f 2 adults/audience.csv
