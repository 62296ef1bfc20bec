# A workspace that is not ours to write: of a newer version, of another program, cut, with a damaged archive, of other people. It
# is told, and nothing is touched. test_store.c has the read-only one. (Databases are made by Python, which has SQLite.)
. "$DATA/shell"
. "$DATA/quiet"
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$@"; }
run() {
    local said code
    said=$(quiet --workspace "$1" 2>&1)
    code=$?
    echo "$said" | grep -v 'warning: ' >&2
    return $code
}
# The lock names the process that had it last.
snapshot() { { find . -type f ! -name lock -exec cksum {} +; find . ! -type f; } | sort; }
fresh() { chmod -R u+w ws 2>/dev/null; rm -rf ws && cp -r whole ws && rm -f ws/lock; }
night() { attempt "$1" run ws; }
quiet --workspace whole --as-of 2025-05-01 2>/dev/null
rm -r quiet
fresh
sql ws/state.sqlite 'PRAGMA user_version = 99'
night 'of a newer version'
fresh
sql ws/state.sqlite 'PRAGMA application_id = 7'
night "another program's"
fresh && rm -r ws && mkdir ws && sql ws/state.sqlite 'CREATE TABLE invoices (id INTEGER)'
night "another project's database"
rm -r ws && mkdir ws && echo notes >ws/notes.txt
night 'a folder of other files'
rm -r ws && echo x >ws
night 'a file'
rm ws && fresh
truncate -s 5000 ws/state.sqlite
night 'a database cut short'
truncate -s 0 ws/state.sqlite
night 'a database cut to nothing'
fresh
part=$(ls ws/events | head -n 1)
truncate -s 30 "ws/events/$part"
night 'a part of the archive cut short'
fresh
rm "ws/events/$part"
night 'a part of the archive lost'
fresh
printf X | dd of="ws/events/$part" bs=1 seek=40 conv=notrunc status=none
night 'a byte of the archive changed'
fresh
sed -i '2,$s/^c/k/' contacts.csv events.csv
night "another brand's"
