"""Prints what a workspace (the argument) holds: every row of its database, and every part of the archive that the database names."""
import hashlib
import pathlib
import sqlite3
import sys

folder = pathlib.Path(sys.argv[1])
with sqlite3.connect(folder / "state.sqlite") as state:
    for line in state.iterdump():
        print(line)
    for (name,) in state.execute("SELECT name FROM event_segments ORDER BY name"):
        print(name, hashlib.sha256((folder / "events" / name).read_bytes()).hexdigest())
