# A wave of a campaign: it is drawn, or it is not.
prepare() {
    lookalike simulate crm --contacts 1500 --prospects 1 --out crm --quiet
    lookalike lifecycle --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --workspace ws --out quiet --quiet
    lookalike campaign onboard --contacts quiet --identities crm/identities.csv --workspace ws --out reach --quiet
    lookalike campaign allocate --paths crm/paths.yaml --budget 10 --workspace ws --out wave --quiet
}
work() { lookalike campaign allocate --paths crm/paths.yaml --budget 100 --wave 2 --workspace ws --out wave --quiet; }
state() { python3 "$here/workspace.py" ws; }
made() { find wave -type f ! -name '*.run.json' -exec cksum {} + | sort -k 3; }
