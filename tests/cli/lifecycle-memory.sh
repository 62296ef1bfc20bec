# What --memory has no room for is spilled to --temporary; no byte changes.
lookalike simulate crm --contacts 3000 --prospects 1 --out crm --quiet
lifecycle() { lookalike lifecycle --quiet --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 "$@" 2>/dev/null; }
value() { lookalike value --quiet --contacts large --events crm/events.csv --as-of 2025-06-30 "$@" 2>/dev/null; }
lifecycle --workspace w-large --out large
lifecycle --workspace w-small --out small --memory 1
diff -r -x '*.run.json' large small && diff -r w-large/events w-small/events && echo same
value --out worth
value --out worth-small --memory 1
diff -r -x '*.run.json' worth worth-small && echo same
# Where nothing can be spilled, that little does not do; there is no need to with the usual one.
lifecycle --out nowhere --temporary missing && echo whole
lookalike lifecycle --quiet --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --out nowhere --temporary missing --memory 1 2>&1 | grep missing
lookalike value --quiet --events crm/events.csv --as-of 2025-06-30 --out nowhere --temporary missing --memory 1 2>&1 | grep missing
# A project says it for all of its stages, and nothing is run again for it.
cd crm || exit 1
printf '%s\n' 'sources: {contacts: contacts.csv, events: events.csv}' 'as-of: 2025-06-30' 'out: out' 'lifecycle:' >life.yaml
run() { lookalike run life.yaml --temporary missing "$@" 2>&1 | grep 'missing\|unchanged:'; }
run
run --memory 1
rm -r out
run --memory 1
