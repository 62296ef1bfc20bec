# An erasure: before its commit the workspace is what it was, behind it the people are gone; a second run, after whichever death,
# leaves nobody of them in any output, and the files that take them off the platform.
prepare() {
    lookalike simulate crm --contacts 150 --prospects 1 --out crm --quiet
    awk -F , 'NR == 1 || $2 > "2025-03"' crm/events.csv >events.csv
    lookalike lifecycle --contacts crm/contacts.csv --events events.csv --as-of 2025-06-30 --workspace ws --out quiet --quiet
    awk -F , 'NR < 40 { print $1 "," $2 "," $3 }' crm/contacts.csv | sed 1s/contact_id/id/ >people.csv
    sed 1s/id,/contact_id,/ people.csv >list.csv
    lookalike export --audience list.csv --platform plain --workspace ws --out sent --quiet
    awk -F , 'NR == 1 || NR % 7 == 0 { print $1 }' list.csv >leavers.csv
}
work() {
    lookalike erase --ids leavers.csv --workspace ws --as-of 2025-07-01 --out erased --quiet &&
        ! tail -n +2 leavers.csv | grep -qrFf - quiet &&
        [ "$(wc -l <erased/remove/plain-csv/plain/plain-csv-remove-0001.csv)" -eq 5 ] # four of the five were sent
}
# By what they are met is kept from the first moment on, and that it is SHA-256 alone.
state() { python3 "$here/workspace.py" ws | grep -v -e '"eras' -e suppression_short; }
