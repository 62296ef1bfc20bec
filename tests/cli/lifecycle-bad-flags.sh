# Flags of `lifecycle` that mean nothing.
. "$DATA/shell"
. "$DATA/quiet"
attempt 'no day' quiet --as-of yesterday
attempt 'a day that does not exist' quiet --as-of 2025-02-29
attempt 'a time' quiet --as-of 2025-06-30T12:00:00Z
attempt 'no period' quiet --active 180
attempt 'thresholds in the wrong order' quiet --active 3y
attempt 'no segment' quiet --inactive asleep
attempt 'nothing that a contact does' quiet --touch send
attempt 'no such column' quiet --signed-up joined
attempt 'no share' quiet --precision alpha=2
printf 'contact_id,vendor\nc1,alpha\n' >append.csv
attempt 'an append that says nothing' quiet --append append.csv
printf 'scanner: [a]\nprefetched:\n  - {has: b, is: c}\nbot: x\n' >machines.yaml
attempt 'patterns that are wrong' quiet --machines machines.yaml
attempt 'no such file' quiet --remedies nowhere.yaml
attempt 'a rule that is no SQL' quiet --where 'segment ='
attempt 'a rule in a dry run' quiet --where 'segmant = 1' --dry-run
attempt 'stdin twice' lookalike lifecycle --quiet --contacts - --events - --as-of 2025-06-30 --out quiet
mkdir other && touch other/file
attempt 'a directory of somebody else' quiet --out other
lookalike lifecycle --quiet --contacts contacts.csv --as-of 2025-06-30 --out quiet
