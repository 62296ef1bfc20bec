# Rows that were refused for the bytes in them (no UTF-8, NUL, quotes, a lone CR) hold people, too: erasure reads what no stage would,
# leaves the others' rows as they are, and finds nobody the second time.
{
    echo 'contact_id,email,phone,signed_up,name'
    echo 'C1,ann@example.org,,2025-01-01,Ann'
    echo 'C2,bob@example.org,,2025-01-01,Bob'
    printf 'C3,ann@example.org,,2025-01-01,Ren\xe9e\n'
    printf 'C4,ann@example.org,,2025-01-01,A\0n\n'
    printf 'C5,ann@example.org,,2025-01-01,"A"n\n'
    printf 'C6,ann@example.org,,2025-01-01,A\rn\n'
    printf 'C7,ann@example.org,,2025-01-01\n'
    printf 'C8,eve@example.org,,2025-01-01,Ren\xe9\n'
    printf 'C9,eve@example.org,,2025-01-01,E\0e\n'
} >contacts.csv
printf 'contact_id,timestamp,type\nC1,2025-02-01,open\nC2,2025-02-01,open\n' >events.csv
lookalike lifecycle --quiet --contacts contacts.csv --events events.csv --as-of 2025-06-30 --workspace ws --max-bad-rows 9 --out quiet 2>/dev/null
grep -ac ann@ quiet.contacts.rejected.csv
grep -a eve@ quiet.contacts.rejected.csv >others
lookalike erase --workspace ws --email Ann@example.org --as-of 2025-07-01 --out erased 2>&1 | grep -v wrote
grep -ac ann@ quiet.contacts.rejected.csv
grep -a eve@ quiet.contacts.rejected.csv | cmp - others && echo 'the others stand as they did'
