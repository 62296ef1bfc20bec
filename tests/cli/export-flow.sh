# From a simulated pool to files for two platforms, twice: the same bytes; 0600; the platforms' check finds nothing; exit codes.
lookalike simulate pool --quiet --seeds-count 200 --prospects 3000 --out world
sed -i 's/profiling|advertising/&|ad_user_data|ad_personalization/' world/pool.csv
{
    lookalike match --quiet --seeds world/seeds.csv --pool world/pool.csv --family centroid --top 20% --out ranked.csv
    printf 'email\nnobody@example.com\n' >objections.csv
    lookalike suppress import objections.csv --quiet --workspace ws
    lookalike audience --quiet --ranked ranked.csv --workspace ws --eligible-for meta --out audience
    for out in one two; do
        lookalike export --quiet --audience audience --platform meta --platform google --workspace ws --out $out
    done
} 2>/dev/null
diff -r -x '*.run.json' one two && echo 'the same'
find one -name '*.csv' -printf '%m %P\n' | sort
lookalike export --quiet --check one/meta/meta-csv-add-0001.csv --platform meta
# Counted, not named: the holdout is drawn under a new workspace's key, so who is left for the audience differs from run to run.
reachable=$(tail -n +2 audience/audience.csv | awk -F, '$6 $7 != "" || ($9 != "" && $10 != "")' | wc -l)
lines=$(tail -n +2 one/meta/meta-csv-add-0001.csv | wc -l)
echo "of those with an e-mail, a telephone, or a name and a postcode, $((reachable - lines)) are not in the file"

echo '# exit codes'
attempt() { echo "--- $1"; shift; "$@" >/dev/null; echo "exit $?"; }
head -n 50 audience/audience.csv >few.csv
attempt 'under the minimum' lookalike export --quiet --audience few.csv --platform meta --out few
attempt 'not confirmed' lookalike export --quiet --audience audience --platform snapchat --out snap
attempt 'unknown' lookalike export --quiet --audience audience --platform myspace --out other
attempt 'no audience' lookalike export --quiet --audience nowhere --platform meta --out other
attempt 'nothing to export' lookalike export --quiet --platform meta --out other
mkdir theirs; echo x >theirs/file
attempt 'not ours' lookalike export --quiet --audience audience --platform meta --out theirs
attempt 'a field that is none' lookalike hash --quiet --platform microsoft --field phone
attempt 'a full disk' eval 'lookalike hash --quiet --platform meta --field email world/seeds.csv >/dev/full'
ls
