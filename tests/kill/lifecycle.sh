# A night of `lifecycle`: three months of events are archived, segments change, the directory is published.
prepare() {
    lookalike simulate crm --contacts 150 --prospects 1 --out crm --quiet
    awk -F , 'NR == 1 || $2 < "2025-03"' crm/events.csv >old.csv
    lookalike lifecycle --contacts crm/contacts.csv --events old.csv --as-of 2025-03-31 --workspace ws --out quiet --quiet
}
work() { lookalike lifecycle --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --workspace ws --out quiet --quiet; }
state() { python3 "$here/workspace.py" ws; }
made() { find quiet -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
