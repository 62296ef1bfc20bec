# Onboarding again: who can be reached by other identities replaces who could, whole or not at all.
prepare() {
    lookalike simulate crm --contacts 200 --prospects 1 --out crm --quiet
    lookalike lifecycle --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --workspace ws --out quiet --quiet
    awk 'NR == 1 || NR % 3' crm/identities.csv >some.csv
    lookalike campaign onboard --contacts quiet --identities some.csv --workspace ws --out reach --quiet
}
work() { lookalike campaign onboard --contacts quiet --identities crm/identities.csv --paths crm/paths.yaml --workspace ws --out reach --quiet; }
state() { python3 "$here/workspace.py" ws; }
made() { find reach -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
