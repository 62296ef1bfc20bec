"""Looks for a person in every byte below a workspace (the first argument), free pages, log and unpacked archive included: the values
that follow, as they are, as SHA-256, and as the HMACs under the workspace's key. Prints file and form of each hit, but those in
the table `erased`, which is kept so that the person is known again (--kept prints how many of these there are)."""
import hashlib
import hmac
import pathlib
import sqlite3
import subprocess
import sys

folder, values = pathlib.Path(sys.argv[1]), sys.argv[2:]
key = (folder / "key").read_bytes()
needles = {}
for value in values:
    digest = hashlib.sha256(value.encode())
    needles[value.encode()] = "plain"
    needles[digest.digest()] = needles[digest.hexdigest().encode()] = "SHA-256"
    for text in [f"{kind}:{tail}" for kind in ("email", "phone", "maid", "id") for tail in (digest.hexdigest(), value)]:
        mac = hmac.new(key, text.encode(), hashlib.sha256)
        needles[mac.digest()[:16]] = needles[mac.hexdigest()[:32].encode()] = "HMAC"
with sqlite3.connect(f"file:{folder}/state.sqlite?mode=ro", uri=True) as state:
    kept = {row[0] for row in state.execute("SELECT key FROM erased")}
print("kept as erased:", len(kept & set(needles)) > 0)
for path in sorted(p for p in folder.rglob("*") if p.is_file()):
    content = path.read_bytes()
    if path.suffix == ".zst":
        content = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    for needle, form in needles.items():
        hits = content.count(needle)
        if path.name == "state.sqlite" and needle in kept:
            hits -= 1
        if hits > 0:
            print(path.relative_to(folder), form, hits)
