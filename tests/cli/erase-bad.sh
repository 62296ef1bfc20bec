# Who is named badly, and a workspace that cannot be written: an error, and nothing is touched. People whom nobody knows are
# suppressed all the same.
. "$DATA/shell"
snapshot() { { find . -type f ! -name lock ! -name 'state.sqlite-*' -exec cksum {} +; find . ! -type f ! -name 'state.sqlite-*'; } | sort; }
erase() { lookalike erase --workspace ws --as-of 2025-07-01 --out erased "$@"; }
printf 'email\nold@example.org\n' >list.csv
lookalike suppress import list.csv --workspace ws --date 2025-06-01 --quiet
attempt 'nobody is named' erase
attempt 'in two ways' erase --email a@example.org --retention
attempt '--confirm without --retention' erase --email a@example.org --confirm
attempt 'no e-mail' erase --email nobody
attempt 'no phone' erase --phone none
attempt 'no day' lookalike erase --workspace ws --as-of yesterday --email a@example.org --out erased
attempt 'no workspace' lookalike erase --workspace nowhere --email a@example.org --out erased
attempt 'retention without a lifecycle' erase --retention
printf 'contact_id,delete_on\nC1,soon\n' >due.csv
attempt 'a day that is none' erase --retention --contacts due.csv
printf 'name\nAnn\n' >names.csv
attempt 'a table that names nobody' erase --ids names.csv
printf 'email\n%064d\n' 0 >hashes.csv
attempt 'hashes that were not declared' erase --ids hashes.csv
printf 'email\n0cc175b9c0f1b6a831c399e269772661\n' >md5.csv
attempt 'an MD5' erase --ids md5.csv
chmod 644 ws/key
attempt 'a key that others may read' erase --email a@example.org
chmod 600 ws/key
mv ws/key kept
attempt 'a lost key' erase --email a@example.org
mv kept ws/key
exec 9>>ws/lock && flock 9
attempt 'another writer' erase --email a@example.org --wait 0 2>&1 | sed 's/by .* (process [0-9]*)/by N/' >&2
exec 9>&-
attempt 'a dry run' erase --email a@example.org --dry-run --quiet
attempt 'somebody unknown' erase --email a@example.org --quiet
printf 'id,email\n1,A@Example.org\n' >pool.csv
lookalike suppress check pool.csv --workspace ws >&2
attempt 'the proof of another erasure' erase --email b@example.org
attempt 'the same again' erase --email a@example.org --quiet
