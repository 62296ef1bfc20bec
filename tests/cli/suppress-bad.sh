# What an import cannot take is told: nothing is passed over in silence.
try() { lookalike suppress "$@" --quiet; echo "exit $?" >&2; }
hash=$(printf %s bob@example.org | sha256sum | cut -c1-64)
printf 'email\nann@example.org\n' > ann.csv
lookalike suppress import ann.csv --workspace ws --date 2026-11-01 --quiet

echo '-- nobody in it' >&2
printf 'name,city\nAnn,Paris\n' > names.csv
try import names.csv --workspace ws
echo '-- hashes that were not declared, and others where they were' >&2
printf 'email\n%s\n' "$hash" > hashed.csv
try import hashed.csv --workspace ws
printf 'email\n%s\nbob@example.org\n' "$hash" > mixed.csv
try import mixed.csv --workspace ws --hashed email
try import ann.csv --workspace ws --hashed mail
printf 'email,city\nann@example.org,Paris\n' > city.csv
try import city.csv --workspace ws --hashed city
echo '-- a ragged row, a file that is absent, a day that is none, a country that is none' >&2
printf 'email,phone\nann@example.org\n' > ragged.csv
try import ragged.csv --workspace ws
try import absent.csv --workspace ws
try import ann.csv --workspace ws --date 2026-02-30
try import ann.csv --workspace ws --country France
echo '-- what is no workspace' >&2
try check ann.csv --workspace absent
mkdir files; touch files/letter.txt
try import ann.csv --workspace files
try list --workspace files
echo '-- what cannot be read is counted' >&2
printf 'email,phone\nno address,12\n,06 12 34 56 78\n' > unread.csv
lookalike suppress import unread.csv --workspace ws --date 2026-11-03 2>&1 | sed -n '/warning/,$p' >&2
echo '-- another writer' >&2
flock ws/lock sh -c 'printf "lifecycle (process 4711)" > ws/lock; lookalike suppress import ann.csv --workspace ws --wait 0.1 --quiet' >&2
echo '-- a list, a key, a database that is not the one' >&2
cp -r ws damaged; printf x >> damaged/suppression.bin
try check ann.csv --workspace damaged
try import ann.csv --workspace damaged --date 2026-11-04
try import ann.csv --workspace damaged --date 2026-11-04 --anew --quiet
try check ann.csv --workspace damaged --quiet
try import ann.csv --workspace damaged --date 2026-11-04 --anew
cp -r ws open; chmod 644 open/key
try check ann.csv --workspace open
cp -r ws lost; rm lost/key
try import ann.csv --workspace lost
cp -r ws newer; printf '\000\000\003\347' | dd of=newer/state.sqlite bs=1 seek=60 conv=notrunc status=none
try list --workspace newer
