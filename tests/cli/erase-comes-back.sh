# A ranking made without --eligible-for is in no ledger and is not purged: an erased person in it reaches no platform all the same.
cat >ranked.csv <<END
prospect_id,rank,score,percentile,email,phone,consents
P1,1,.9,.1,Ann.Lee@gmail.com,,advertising|profiling
P2,2,.8,.2,bob@example.org,,advertising|profiling
P3,3,.7,.3,,,advertising|profiling
P4,4,.6,.4,dan@example.org,,advertising|profiling
END
printf 'email\nnobody@example.org\n' | lookalike suppress import - --workspace ws --quiet
printf 'prospect_id,email\nP1,annlee@googlemail.com\nP3,\n' >leavers.csv
lookalike erase --workspace ws --ids leavers.csv --out erased --quiet 2>&1 | grep -v 'nothing was found'
grep -c annlee ranked.csv
echo '# an audience of it'
lookalike audience --ranked ranked.csv --workspace ws --min-people 1 --holdout 0 --out whom --quiet 2>&1 | grep -v 'three times'
cut -d , -f 2,6 whom/audience.csv
echo '# an export of it as it is'
lookalike export --audience ranked.csv --platform plain --workspace ws --external-id --out up --quiet 2>&1 | grep -v 'three times'
cat up/plain/*.csv
echo '# by ids alone'
cut -d , -f 1,7 ranked.csv >ids.csv
lookalike export --audience ids.csv --platform microsoft --format crm --external-id --unverified --workspace ws --out ids --quiet 2>&1
cat ids/microsoft/*.json 2>/dev/null | head -3
echo '# an erasure that died behind its first document: the second run keeps the counts of the first'
printf 'prospect_id,email\nP2,bob@example.org\n' >bob.csv
lookalike erase --workspace ws --ids bob.csv --out second --quiet 2>/dev/null
grep -c interrupted second/erase.json
sed -i 's/"state": "done"/"state": "begun"/' second/erase.json
lookalike erase --workspace ws --ids bob.csv --out second --quiet 2>/dev/null
sed -n '/"interrupted"/,/"segments"/p' second/erase.json | grep -c '"path"\|"table"\|"name"'
