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
# So few customers tell no parameter; whether a fit ends at its bounds, or nowhere, hangs on the CPU's last bits.
fitted() { "$@" 2>&1 | sed -E 's/(warning: the fit of [a-z_]+) .*/\1 .../' >&2; return "${PIPESTATUS[0]}"; }
value() { fitted lookalike value --quiet --events events.csv --as-of 2025-03-01 --out value "$@"; }
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
attempt 'the file itself' value --contacts quiet/contacts.csv
attempt 'contacts that lifecycle did not write' value --contacts events.csv
grep -c c3 value/value.csv >&2
rm -r value
mkdir ws && echo x >ws/state.sqlite
attempt 'a workspace that is none' value --workspace ws
rm -r ws
value --workspace ws 2>/dev/null
attempt 'the past' value --workspace ws --as-of 2025-02-01
rm -r ws value

event 'c2,2024-04-02T10:00:00Z,purchase,10,EUR'
printf 'contact_id,inactive\nc1,no\nc2,yes\nc1,no\n' >quiet/contacts.csv
attempt 'a contact twice' value --contacts quiet
sed 's/,purchase/,purchase,astral/; 1s/purchase,astral/type,channel/; 1s/type,amount/type,channel,amount/' good.csv >events.csv
attempt 'a channel that nobody knows' value
row c2
: >events.csv
attempt 'an empty file' value
head -n 1 good.csv >events.csv
attempt 'no event' value

# summary ROWS: what a summary cannot say.
summary() { printf 'id,frequency,recency,T\nk1,2,20,30\nk2,1,10,30\nk3,0,0,30\n' >summary.csv; printf '%s\n' "$@" >>summary.csv; }
histories() { fitted lookalike value --quiet --summary summary.csv --out value "$@"; }
summary 'k4,1,0,30'
attempt 'bought again, at the time of the first purchase' histories
attempt 'that row left out' histories --max-bad-rows 1
cat value.rejected.csv >&2
rm -r value value.rejected.csv
summary 'k4,0,5,30'
attempt 'bought once, and again later' histories
summary 'k4,1,31,30'
attempt 'bought after the end' histories
summary 'k4,1.5,3,30'
attempt 'one and a half purchases' histories
summary 'k1,1,3,30'
attempt 'a customer twice' histories
summary 'k4,1,3,-1'
attempt 'a time below zero' histories

# Another brand's people, in a workspace that knows this one's.
people() { awk -v p="$1" -v n="$2" 'BEGIN { print "contact_id,timestamp,type,amount,currency"
    for (i = 1; i <= n; i++) for (m = 1; m <= 1 + i % 3; m++) printf "%s%d,2024-0%d-05,purchase,10,EUR\n", p, i, m }' >events.csv; }
contacts() { awk -v p="$1" -v n="$2" 'BEGIN { print "contact_id"; for (i = 1; i <= n; i++) print p i }' >contacts.csv; }
warnings() { "$@" 2>&1 | grep -v 'the fit of' >&2; return "${PIPESTATUS[0]}"; }
people c 20
contacts c 20
lookalike lifecycle --quiet --contacts contacts.csv --events events.csv --as-of 2025-03-01 --workspace ws --out life 2>/dev/null
value --workspace ws 2>/dev/null
people k 20
attempt "another brand's events" warnings value --workspace ws
people k 5
attempt 'a few people who are new: that may be' warnings value --workspace ws --dry-run
{ people k 20; sed 1d events.csv >more; people c 1; cat more >>events.csv; }
attempt 'new people beside one who is known' warnings value --workspace ws --dry-run
awk 'BEGIN { print "id,frequency,recency,T"; for (i = 1; i <= 12; i++) print "k" i "," i % 3 "," i % 3 * 9 ",30" }' >summary.csv
attempt "another brand's summary" warnings histories --workspace ws --as-of 2025-03-01
people c 20
value --workspace buyers 2>/dev/null
people k 20
attempt 'buyers alone are no list: that may be' warnings value --workspace buyers --dry-run
