# What a person gets who asks for an audience that cannot be: an error that says what to do, and nothing changed.
. "$DATA/shell"
yes='profiling|advertising'
printf 'rank,prospect_id,score,email,consents\n1,P1,3,a@example.org,%s\n2,P2,2,b@example.org,%s\n' "$yes" "$yes" >ranked.csv
printf 'prospect_id,email\nP1,a@example.org\n' >pool.csv
printf 'a,b\n1,2\n' >nobody.csv
snapshot() { { find . -type f ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
audience() { lookalike audience --quiet --ranked ranked.csv --workspace ws --min-people 1 --holdout 0 --out out "$@"; }
score() { lookalike score --quiet --model m.safetensors --pool pool.csv --out r.csv "$@"; }
audience --as-of 2025-06-30 2>/dev/null

attempt "no workspace" lookalike audience --ranked ranked.csv --out other
attempt "what is no ranking" lookalike audience --quiet --ranked pool.csv --workspace ws --out other
attempt "no such platform" audience --eligible-for metta --out other
attempt "too few for the platform" lookalike audience --quiet --ranked ranked.csv --workspace ws --eligible-for meta --out other
attempt "a holdout of everybody" audience --holdout 100% --out other
attempt "an audience before that is none" audience --previous nowhere --out other
attempt "customers without anything that tells who they are" audience --customers nobody.csv --out other
attempt "a country that is none" audience --country France --out other
attempt "a directory that is not ours" audience --out .
chmod 644 ws/key
attempt "a key that others can read" audience --out other
chmod 600 ws/key
mv ws/key elsewhere
attempt "a key that is lost" audience --out other
mv elsewhere ws/key
printf 'id_key,why,who\n1,2,3\n' >ranked.csv.left_out.csv
attempt "what score left out is not what it wrote" audience --out other
