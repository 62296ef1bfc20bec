# What `value` makes of events that are odd or wrong.
. "$DATA/shell"
# The lock names the process that had it last.
snapshot() { { find . -type f ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
head=contact_id,timestamp,type,amount,currency
cat >good.csv <<END
$head
c1,2024-01-05T10:00:00Z,purchase,10,EUR
c1,2024-03-05T10:00:00Z,purchase,20,EUR
c1,2024-05-05T10:00:00Z,purchase,30,EUR
c2,2024-02-29T10:00:00Z,purchase,15,EUR
c2,2024-04-01T10:00:00Z,purchase,25,EUR
c3,2024-02-01T10:00:00Z,purchase,5,EUR
END
value() { lookalike value --quiet --events events.csv --as-of 2025-03-01 --out value "$@"; }
event() { cp good.csv events.csv; [ $# -eq 0 ] || printf "%s\n" "$@" >>events.csv; }
row() { { grep "^$1," value/value.csv | cut -d , -f 1-4; tr -d " \n" <value/value.json | grep -oE "\"(rejected|duplicates|later)\":[0-9]+" | paste -sd " "; } >&2; rm -r value; }
event
attempt 'as it is' value
row c2
event 'c2,2024-04-01T10:00:00Z,purchase,25,EUR' 'c2,2024-02-29T11:00:00+01:00,purchase,15,EUR'
attempt 'repeated, in another zone' value
row c2
event 'c2,2024-04-02T10:00:00Z,purchase,-5,EUR' 'c1,2023-12-01,purchase,-9,EUR'
attempt 'a refund, and one of nothing' value
row c2
event 'c2,2023-02-29T10:00:00Z,purchase,5,EUR'
attempt 'a day that does not exist' value
event 'c2,2024-04-02T10:00:00Z,purchase,1e99,EUR'
attempt 'a huge amount' value
event 'c2,2024-04-02T10:00:00Z,purchase,ten,EUR'
attempt 'an amount that is no number' value
event 'c2,2024-04-02T10:00:00Z,purchase,10,USD'
attempt 'two currencies' value
event ',2024-04-02T10:00:00Z,purchase,10,EUR'
attempt 'nobody' value
event 'c2,2030-04-02T10:00:00Z,purchase,10,EUR' 'c2,2024-04-02T10:00:00Z,dream,10,EUR'
attempt 'after the as-of day, of an unknown type' value
row c2
event
attempt 'an as-of day before all events' value --as-of 2010-01-01
mkdir quiet && printf 'contact_id,inactive\nc1,no\nc2,yes\n' >quiet/contacts.csv
attempt 'somebody who is no contact' value --contacts quiet
grep -c c3 value/value.csv >&2
rm -r value
mkdir ws && echo x >ws/state.sqlite
attempt 'a workspace that is none' value --workspace ws
rm -r ws
value --workspace ws 2>/dev/null
attempt 'the past' value --workspace ws --as-of 2025-02-01
