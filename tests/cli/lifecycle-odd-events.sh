# Events that are odd, and allowed: out of order, duplicated, in mixed zones, of 29 February, with a negative amount. What
# follows from each, and what is counted.
. "$DATA/quiet"
cp events.csv good.csv
event() { { cat good.csv; printf '%s\n' "$@"; } >events.csv; }
touches() { awk -F , -v id="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == id { print $at["last_touch"], $at["last_touch_type"], $at["segment"], $at["delete_on"] }' quiet/contacts.csv; }
counted() { grep -E "\"($1)\"" quiet/lifecycle.json; }
run() { echo "# $1"; quiet "${@:2}" 2>/dev/null; }

{ head -n 1 good.csv; tail -n +2 good.csv | tac; } >events.csv
run 'as they come'
cp quiet/contacts.csv backwards.csv
cp good.csv events.csv
run 'in the order of time'
cmp backwards.csv quiet/contacts.csv && echo 'the same'
event "$(sed -n 9p good.csv)" "$(sed -n 9p good.csv)"
run 'three times the same event'
cmp backwards.csv quiet/contacts.csv && echo 'the same'
counted duplicates
# One instant, written in three zones, is one event; a day's end in Los Angeles is the next day of UTC.
event 'c3,2025-06-01T23:30:00-07:00,visit,web,,,,,,,,,,' 'c3,2025-06-02T06:30:00Z,visit,web,,,,,,,,,,' 'c3,2025-06-02T08:30:00+02:00,visit,web,,,,,,,,,,'
run 'zones mixed'
touches c3
counted duplicates
event 'c6,2024-02-29T23:59:59Z,visit,web,,,,,,,,,,'
run '29 February: three years later it is over on the 28th'
touches c6
run 'the year of a leap day' --active 1y --as-of 2025-02-27
touches c6
run 'a day later' --active 1y --as-of 2025-02-28
touches c6
event 'c3,2025-06-01,purchase,store,,,-40,EUR,,,,,,' 'c3,2025-06-02,purchase,store,,,9999999999999,EUR,,,,,,'
run 'negative and large amounts'
touches c3
