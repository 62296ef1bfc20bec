# Columns named as identifiers are, and taken for features, are told of wherever somebody may be given to a platform.
unclaimed() { grep -o 'column "[^"]*" is that of an e-mail' | sort | uniq -c; }
printf 'id,email_1,email_9,Work E-mail 2,has_email,n_phones,direct_mail,mobile_phone,assistant phone,days_since_email\n1,a@b.example,,,,,,,,\n' >people.csv
lookalike inspect people.csv 2>&1 | unclaimed
lookalike export --audience people.csv --platform plain --out up 2>&1 | unclaimed
echo '# email_1 is one'
lookalike inspect people.csv 2>&1 | grep email_1
echo '# not after --role, whatever it says'
lookalike inspect people.csv --role 'email_9=email' --role 'Work E-mail 2=feature' --role 'assistant phone=ignore' 2>&1 | unclaimed
printf 'prospect_id,rank,score,percentile,email,email_9\nP1,1,.5,1,a@b.example,c@d.example\n' >ranked.csv
lookalike audience --ranked ranked.csv --workspace ws --min-people 1 --holdout 0 --out whom 2>&1 | unclaimed
echo '# score, too'
sed '1s/$/,email_9/; 2,$s/$/,/' "$SHARED/world/pool.csv" >pool.csv
lookalike score --model "$SHARED/model.safetensors" --pool pool.csv --top 5 --out top.csv 2>&1 | unclaimed
echo '# a list of which nothing is understood is refused, and nothing kept'
printf 'email\nnobody\nnothing\n' | lookalike suppress import - --workspace ws; echo "exit $?"
lookalike suppress list --workspace ws 2>&1 | head -1
printf 'email\n' | lookalike suppress import - --workspace ws --quiet; echo "exit $?"
