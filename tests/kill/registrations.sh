# Answers to a campaign come in: contacts are reactivated all at once, or none is.
prepare() {
    lookalike simulate crm --contacts 3000 --prospects 1 --out crm --quiet
    lookalike lifecycle --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --workspace ws --out quiet --quiet
    lookalike campaign onboard --contacts quiet --identities crm/identities.csv --workspace ws --out reach --quiet
    head -n 4 crm/registrations.csv >first.csv
    lookalike campaign registrations --registrations first.csv --workspace ws --out registered --quiet
}
work() { lookalike campaign registrations --registrations crm/registrations.csv --workspace ws --out registered --quiet; }
state() { python3 "$here/workspace.py" ws; }
made() { find registered -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
