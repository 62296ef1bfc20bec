# What bad input gets: a clear error, or a rejection that is counted and explained; nothing is written.
. "$DATA/shell"
. "$DATA/quiet"
cp contacts.csv good-contacts.csv
cp events.csv good-events.csv
contact() { { cat good-contacts.csv; printf '%s\n' "$@"; } >contacts.csv; }
event() { { cat good-events.csv; printf '%s\n' "$@"; } >events.csv; }

contact 'c2,x@example.org,profiling,2020-01-01,gold,1'
attempt 'a contact twice' quiet
contact ',x@example.org,profiling,2020-01-01,gold,1'
attempt 'a contact without an id' quiet
contact 'c9,x@example.org,profiling,2023-02-29,gold,1'
attempt 'a day of signing up that does not exist' quiet
contact 'c9,x@example.org,profiling,2023-02-29,gold,1' 'c2,x@example.org,profiling,2020-01-01,gold,1' 'c1,,,,,'
attempt 'one bad contact too many' quiet --max-bad-rows 2
quiet --max-bad-rows 3
cat quiet.contacts.rejected.csv
rm -r quiet quiet.contacts.rejected.csv
contact 'c9,x@example.org,profiling,2025-07-01,gold,1'
attempt 'a contact of the future' quiet
grep -c c9 quiet/contacts.csv
rm -r quiet
head -1 good-contacts.csv >contacts.csv
attempt 'no contact' quiet
: >contacts.csv
attempt 'an empty file of contacts' quiet
cp good-contacts.csv contacts.csv

event 'nobody,2025-01-01,visit,web,,,,,,,,,,'
attempt 'events of no contact' quiet
rm -r quiet
event 'c1,2025-06-30,visit,web,,,,,,,,,,' 'c1,2031-01-01,visit,web,,,,,,,,,,'
attempt 'events of the future' quiet
rm -r quiet
event 'c1,2023-02-29,visit,web,,,,,,,,,,'
attempt 'a day that does not exist' quiet
event 'c1,2024-02-29,dream,astral,,,,,,,,,,'
attempt 'a type and a channel that nobody knows' quiet
head -1 quiet/contacts.csv | tr , '\n' | grep 'dream.*ever'
quiet --floor 2 2>/dev/null
head -1 quiet/contacts.csv | tr , '\n' | grep 'dream\|other.*ever'
rm -r quiet
event 'c1,2024-02-29,,web,,,,,,,,,,'
attempt 'an event without a type' quiet
event 'c1,2024-02-29,purchase,web,,,1e99,EUR,,,,,,'
attempt 'a huge amount' quiet
: >events.csv
attempt 'an empty file of events' quiet
head -1 good-events.csv >events.csv
attempt 'no event' quiet
rm -r quiet
cp good-events.csv events.csv
attempt 'an as-of day before all events' quiet --as-of 2010-01-01
# A contact is left out as a whole, though the first reading needs nothing of that column.
printf 'contact_id,signed_up,city\nc1,2019-05-01,Lyon\nc2,2018-02-28,Orl\351ans\nc3,2017-01-01,Nice\n' >contacts.csv
attempt 'a city that is no UTF-8' quiet
attempt 'a city that is no UTF-8, left out' quiet --max-bad-rows 1
cut -d , -f 1 quiet/contacts.csv
