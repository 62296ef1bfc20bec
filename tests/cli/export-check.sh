# Anybody's file for a platform, row by row: consents, objections (by hash, too), regions; and what a spreadsheet would run.
hash() { printf %s "$1" | sha256sum | cut -c 1-64; }
base64_of() { printf "$(hash "$1" | sed 's/../\\x&/g')" | base64; }
printf 'email,phone,country\nAnn.Lee@gmail.com,,\n,06 12 34 56 78,FR\n' | lookalike suppress import - --workspace ws --quiet
check() { lookalike export --quiet --check theirs.csv --unverified --platform "$@" 2>&1; echo "exit $?"; }
echo '# google: signals in the EEA, an unknown country, a refusal, objections by e-mail and by phone'
{
    echo 'Email,Phone,Country,consents,ad_user_data'
    echo "$(hash a@example.org),,FR,advertising|ad_personalization,yes"
    echo "$(hash b@example.org),,FR,advertising|ad_personalization,perhaps"
    echo "$(hash c@example.org),,,advertising,yes"
    echo "$(hash d@example.org),,US,advertising,"
    echo "$(hash e@example.org),,US,profiling,yes"
    echo "$(hash annlee@gmail.com),,US,advertising:google,yes"
    echo ",$(hash +33612345678),US,advertising:google,yes"
} >theirs.csv
check google --workspace ws
echo '# a file without any consent tells nothing; what begins with = is not run by whoever opens the findings'
printf 'Email,=1+1\n%s,x\n' "$(hash a@example.org)" >theirs.csv
check google
echo '# a list of Base64, without a header'
{ base64_of annlee@gmail.com; base64_of bob@example.org; hash bob@example.org; } >theirs.csv
check uid2 --workspace ws
echo '# hashed phones of the EU'
printf '"AUDIENCE_KEY","PHONE1_SHA-1"\n"%s","%s"\n' "$(hash a@example.org)" "$(printf 612345678 | sha1sum | cut -c 1-40)" >theirs.csv
check liveramp --format phones --country FR
check liveramp --format phones --country US
echo '# what people open'
printf 'id,email\n=1+1,ann.lee@gmail.com\n' >contacts.csv
lookalike suppress check contacts.csv --workspace ws --out who.csv --quiet
cat who.csv
