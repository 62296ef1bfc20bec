# What is allowed and seldom meant: a touch that nobody's events have, and what was found on a day behind the as-of day.
. "$DATA/shell"
. "$DATA/quiet"
attempt 'a touch that is misspelt' quiet --touch clik
attempt 'a touch that is met' quiet --touch complaint --touch click
mkdir worth && printf 'contact_id,p_alive,cluster\nc1,.5,fading\n' >worth/value.csv
worth() { echo "{\"parameters\": {\"as-of\": \"$1\"}}" >worth/value.json; }
worth 2025-06-30
attempt 'value of the same day' quiet --value worth
worth 2025-07-01
attempt 'value of a later day' quiet --value worth
printf 'c%d,2024-0%d-05T10:00:00Z,purchase,web,,,10,EUR,,,,,,\n' 1 3 1 4 1 5 2 3 2 4 3 3 >>events.csv
quiet 2>/dev/null
value() { lookalike value --quiet --events events.csv --contacts quiet --out value "$@" 2>&1 | grep -e --contacts >&2; return "${PIPESTATUS[0]}"; }
attempt 'contacts of a later day' value --as-of 2025-06-29
attempt 'contacts of the same day' value --as-of 2025-06-30
