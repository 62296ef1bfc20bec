# Objections imported twice, asked for in another spelling and as hashes, listed without the people.
cat > objections.csv <<'END'
email,phone,country
Ann.Smith+news@gmail.com,,
bob@example.org,06 12 34 56 78,FR
END
cat > pool.csv <<'END'
prospect_id,email,phone
P1,annsmith@googlemail.com,
P2,other@example.org,+33 6 12 34 56 78
P3,eve@example.org,
P4,,
END
lookalike suppress import objections.csv --workspace ws --date 2026-11-01
lookalike suppress import objections.csv --workspace ws --date 2026-11-02
lookalike suppress check pool.csv --workspace ws --out who.csv
cat who.csv
stat -c '%a %n' ws ws/key ws/state.sqlite ws/suppression.bin who.csv
echo '-- the pool has hashes alone'
printf 'id,email_sha256\nh1,%s\nh2,%s\n' "$(printf %s bob@example.org | sha256sum | cut -c1-64)" \
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 > hashed.csv
lookalike suppress check hashed.csv --workspace ws --hashed email_sha256
echo '-- listed'
lookalike suppress list --workspace ws
lookalike suppress list --workspace ws --format json | grep -c -i -e ann -e bob -e 0612 -e 3361
echo '-- dry run'
lookalike suppress import objections.csv --workspace other --dry-run
ls
echo '-- whom no objection can reach'
printf 'email\nann@example.org\n' >by-email.csv
printf 'id,phone,country\nP1,0612345678,FR\nP2,,\n' >phones.csv
lookalike suppress import by-email.csv --workspace email-alone --date 2026-11-01 --quiet
lookalike suppress check phones.csv --workspace email-alone | grep -c "no objection can reach them"
