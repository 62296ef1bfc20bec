# Two people with the same row on a platform: it is written once, and both are known to be there.
cat >phones.yaml <<END
platform: phones
title: Phones alone
version: phones-1
source: here
date: 2026-11
verified: true
minimum: 1
fields:
  phone: {from: phone, steps: [e164]}
keys: [phone]
formats:
  list: {kind: text, header: false, columns: [{phone: phone}], add: by hand, remove: by hand}
END
people() { echo 'email,phone,country'; for name in "$@"; do case $name in ann|bob) echo "$name@example.org,0612345678,FR";; *) echo "$name@example.org,06123456$(printf %s "$name" | wc -c | tr -d ' ')0,FR";; esac; done; }
export_to() { rm -rf up; lookalike export --platform phones.yaml --workspace ws --out up --quiet "$@" 2>&1 | grep -v 'three.times\|no column'; for file in up/phones/*.txt; do [ -e "$file" ] || continue; echo "$file: $(cat "$file" | tr '\n' ' ')"; done; grep -A 1 '"repetition\|shares an' up/phones/manifest.json; }
known() { printf 'email\n%s@example.org\n' "$1" >who.csv; rm -rf gone; lookalike erase --workspace ws --ids who.csv --out gone --dry-run 2>&1 | grep 'sent\|nothing was found'; }
people ann bob carol >one.csv
printf 'email\nnobody@example.org\n' | lookalike suppress import - --workspace ws --quiet
echo '# one row, both known'
export_to --audience one.csv
known ann; known bob
echo '# one of them leaves: the row stays; both leave: it is removed'
people ann carol >two.csv
export_to --audience two.csv --previous one.csv
people carol >three.csv
export_to --audience three.csv --previous two.csv
echo '# who takes over a row that is there already is known, too'
people bob carol >four.csv
export_to --audience two.csv
export_to --audience four.csv --previous two.csv
known bob
echo '# ann objects by e-mail: her row goes, though bob has it too'
printf 'email\nann@example.org\n' | lookalike suppress import - --workspace ws --quiet
export_to --audience one.csv
export_to --audience four.csv --previous one.csv
echo '# bob is erased: the row that was written in the name of ann is taken off'
printf 'email\nbob@example.org\n' >bob.csv
lookalike erase --workspace ws --ids bob.csv --out erased --quiet 2>&1 | sed 's/in [0-9.]* s//'
cat erased/remove/*/*/*.txt
echo '# a refresh says that rows of others may be gone'
export_to --audience three.csv --previous four.csv
echo '# retention of one of them: the row is taken off, and comes back for the other one, not for the table that has both'
printf 'contact_id,email,phone,country,signed_up,consents\nC1,ann@example.org,0612345678,FR,2019-01-01,advertising|profiling\nC2,bob@example.org,0612345678,FR,2026-10-01,advertising|profiling\nC3,carol@example.org,0612345650,FR,2026-10-01,advertising|profiling\n' >both.csv
printf 'contact_id,timestamp,type,channel\nC2,2026-11-01T10:00:00Z,open,email\n' >events.csv
rm -rf ws
lookalike lifecycle --contacts both.csv --events events.csv --as-of 2026-11-24 --workspace ws --out life --quiet
export_to --audience life/contacts.csv
lookalike erase --workspace ws --retention --as-of 2026-11-24 --out due --confirm 2>&1 | grep 'sent\|again  '
cat due/remove/*/*/*.txt
grep -v '^C1,' both.csv >left.csv
export_to --audience left.csv
export_to --audience both.csv
