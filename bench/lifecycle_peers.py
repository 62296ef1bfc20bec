#!/usr/bin/env python3
"""bench/lifecycle_peers.py: contacts and their events to a row a contact, against DuckDB and Polars.

    lifecycle_peers.py BUILD [--contacts N] [--rounds N] [--directory DIR]        BUILD: build/release

The events are bench/make_events' plain ones: 200 / 7 of them a contact, 41 bytes each. The roll-up, per contact: how often each
type of event on each channel occurred in the last 90, 180 and 365 days and how many days ago it last did; day, type and channel of the
last touch; the segment. lookalike is the whole command: it also looks for repeats and for machines (whose rules by time are set
so that none fires, since the peers have none), finds to which mail an answer belongs, counts two more windows, and writes the lists
of deletions and of what to ask vendors. In turn, each as a process of its own with one thread:

    wc -l         the floor of reading
    lookalike     lifecycle --threads 1, and the same with the machine rules as they are
    DuckDB        read_csv, GROUP BY contact, type and channel, then by contact with a FILTER a column, COPY
    Polars        scan_csv, group_by likewise, the streaming engine, sink_csv

Both took longer (DuckDB a sixth, Polars a third) when they grouped by contact alone. After the first round the columns are compared:
they must be equal in every contact. Prints CPU seconds (user + system of the whole process,
median of the rounds), the peak resident set and the ratio to lookalike; no ratio when outputs differ.
"""
import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile

CELLS = [("send", "email"), ("open", "email"), ("click", "email"), ("visit", "web"), ("purchase", "store"),
         ("purchase", "web")]
WINDOWS = (90, 180, 365)
AS_OF = "2024-07-01"
TOUCHES = ("open", "click", "visit", "purchase", "register", "survey")
SEGMENTS = (("active", "180 days", "180d"), ("lapsing", "2 years", "2y"), ("at_risk", "3 years", "3y"))
PEER_ENVIRONMENT = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
COLUMNS = (["contact_id", "segment", "last_touch", "last_touch_type", "last_touch_channel"]
           + [f"{t}_{c}_{w}" for t, c in CELLS for w in (*(f"{d}d" for d in WINDOWS), "recency_days")])


# ---- DuckDB ----------------------------------------------------------------------------------------


def duckdb_table(path, types):
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return f"read_csv('{path}', header = true, auto_detect = false, delim = ',', columns = {{{columns}}})"


def duckdb_rollup(events):
    touched = ", ".join(f"'{t}'" for t in TOUCHES)
    columns = []
    for t, c in CELLS:
        which = f"type = '{t}' AND channel = '{c}'"
        columns += [f"coalesce(sum(n{d}) FILTER ({which}), 0)::BIGINT AS {t}_{c}_{d}d" for d in WINDOWS]
        columns.append(f"max(latest) FILTER ({which}) AS {t}_{c}_last")
    counts = ", ".join(f"count(*) FILTER (timestamp >= TIMESTAMP '{AS_OF}' - INTERVAL {d} DAY) AS n{d}" for d in WINDOWS)
    return (f"SELECT contact_id, max(latest) FILTER (type IN ({touched})) AS touched, arg_max((type, channel), latest) "
            f"FILTER (type IN ({touched})) AS last, {', '.join(columns)} FROM (SELECT contact_id, type, channel, "
            f"max(timestamp) AS latest, {counts} FROM {events} GROUP BY contact_id, type, channel) GROUP BY contact_id")


def peer_duckdb(contacts, events, out):
    import duckdb

    people = duckdb_table(contacts, {"contact_id": "VARCHAR", "signed_up": "DATE", "consents": "VARCHAR"})
    log = duckdb_table(events, {"contact_id": "VARCHAR", "timestamp": "TIMESTAMP", "type": "VARCHAR", "channel": "VARCHAR"})
    cases = " ".join(f"WHEN DATE '{AS_OF}' < touched::DATE + INTERVAL {period} THEN '{name}'" for name, period, _ in SEGMENTS)
    columns = ["c.contact_id", f"CASE WHEN touched IS NULL THEN 'never_engaged' {cases} ELSE 'to_delete' END AS segment",
               "touched::DATE AS last_touch", "last[1] AS last_touch_type", "last[2] AS last_touch_channel"]
    for t, c in CELLS:
        columns += [f"coalesce({t}_{c}_{d}d, 0) AS {t}_{c}_{d}d" for d in WINDOWS]
        columns.append(f"date_diff('day', {t}_{c}_last::DATE, DATE '{AS_OF}') AS {t}_{c}_recency_days")
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SET preserve_insertion_order = false")
    connection.execute(f"COPY (SELECT {', '.join(columns)} FROM {people} c LEFT JOIN ({duckdb_rollup(log)}) r "
                       f"ON c.contact_id = r.contact_id) TO '{out}' (HEADER)")


# ---- Polars ----------------------------------------------------------------------------------------


def polars_rollup(log):
    import datetime

    import polars as pl

    as_of = datetime.datetime.fromisoformat(AS_OF)
    log = log.group_by("contact_id", "type", "channel").agg(
        pl.col("timestamp").max(),
        *((pl.col("timestamp") >= as_of - datetime.timedelta(days=d)).sum().alias(f"n{d}") for d in WINDOWS))
    touched = pl.col("type").is_in(TOUCHES)
    columns = [pl.col("timestamp").filter(touched).max().alias("touched"),
               *(pl.col(n).filter(touched).sort_by(pl.col("timestamp").filter(touched)).last().alias(f"last_touch_{n}")
                 for n in ("type", "channel"))]
    for t, c in CELLS:
        which = (pl.col("type") == t) & (pl.col("channel") == c)
        columns += [pl.col(f"n{d}").filter(which).sum().alias(f"{t}_{c}_{d}d") for d in WINDOWS]
        columns.append(pl.col("timestamp").filter(which).max().alias(f"{t}_{c}_last"))
    return log.group_by("contact_id").agg(columns)


def peer_polars(contacts, events, out):
    import datetime

    import polars as pl

    day = datetime.date.fromisoformat(AS_OF)
    log = pl.scan_csv(events, schema={n: pl.String for n in ("contact_id", "timestamp", "type", "channel")}).with_columns(
        pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms", strict=True))
    people = pl.scan_csv(contacts, schema={n: pl.String for n in ("contact_id", "signed_up", "consents")})
    last = pl.col("touched").dt.date()
    segment = pl.when(pl.col("touched").is_null()).then(pl.lit("never_engaged"))
    for name, _, period in SEGMENTS:
        segment = segment.when(last.dt.offset_by(period) > day).then(pl.lit(name))
    columns = ["contact_id", segment.otherwise(pl.lit("to_delete")).alias("segment"), last.alias("last_touch"),
               "last_touch_type", "last_touch_channel"]
    for t, c in CELLS:
        columns += [pl.col(f"{t}_{c}_{d}d").fill_null(0) for d in WINDOWS]
        columns.append((pl.lit(day) - pl.col(f"{t}_{c}_last").dt.date()).dt.total_days().alias(f"{t}_{c}_recency_days"))
    people.select("contact_id").join(polars_rollup(log), on="contact_id", how="left").select(columns).sink_csv(
        out, engine="streaming")


# ---- the outputs -----------------------------------------------------------------------------------


def verify(directory, peers):
    import polars as pl

    def load(path):
        return pl.read_csv(path, columns=COLUMNS, infer_schema=False).select(
            pl.col(n).fill_null("") for n in COLUMNS).sort("contact_id")

    ours, good = load(f"{directory}/quiet/contacts.csv"), True
    for name in peers:
        same = ours.equals(load(f"{directory}/{name}.csv"))
        print(f"  {name}: {len(ours):,} contacts x {len(COLUMNS)} columns {'the same' if same else 'DIFFER'}")
        good = good and same
    sys.exit(0 if good else "outputs differ: no ratio can be given")


def versions():
    import duckdb
    import polars

    print(f"DuckDB {duckdb.__version__}, Polars {polars.__version__}")


# ---- measuring -------------------------------------------------------------------------------------


def run(arguments):
    """CPU seconds and peak resident MiB of a process. This one must stay small: its own peak counts in the child."""
    with open(os.devnull, "w") as nowhere:
        actions = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        pid = os.posix_spawnp(arguments[0], arguments, PEER_ENVIRONMENT, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(arguments)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(make_events, contacts, directory):
    with open(f"{directory}/events.csv", "w") as file:
        subprocess.run([make_events, str(contacts), str(contacts * 200 // 7), "1", "plain"], stdout=file, check=True)
    with open(f"{directory}/contacts.csv", "w") as file:
        file.write("contact_id,signed_up,consents\n")
        file.writelines(f"C{i:08d},20{10 + i % 12:02d}-03-01,profiling\n" for i in range(contacts))


def commands(lookalike, directory):
    def ours(out, *flags):
        return [lookalike, "lifecycle", "--contacts", f"{directory}/contacts.csv", "--events", f"{directory}/events.csv",
                "--as-of", AS_OF, "--threads", "1", "--quiet", "--temporary", directory, "--out", f"{directory}/{out}", *flags]

    def theirs(name):
        return [sys.executable, __file__, "--peer", name, f"{directory}/contacts.csv", f"{directory}/events.csv",
                f"{directory}/{name}.csv"]

    return {"lookalike": ours("quiet", "--scanner-seconds", "0", "--prefetch-minutes", "0", "--bot-rate", "1000000"),
            "lookalike, machine rules": ours("usual"), "DuckDB": theirs("duckdb"),
            "Polars": theirs("polars"), "wc -l": ["wc", "-l", f"{directory}/events.csv"]}


def measure(build, contacts, rounds, directory):
    lookalike = os.path.join(build, "lookalike")
    prepare(os.path.join(build, "bench", "make_events"), contacts, directory)
    timed = commands(lookalike, directory)
    figures = {name: [run(arguments)] for name, arguments in timed.items()}
    version = subprocess.run([lookalike, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    events = contacts * 200 // 7
    print(f"lookalike {version}, Python {platform.python_version()}", end=", ", flush=True)
    subprocess.run([sys.executable, __file__, "--versions"], check=True)
    print(f"{contacts:,} contacts, {events:,} events, {os.path.getsize(f'{directory}/events.csv') / 1e6:,.0f} MB; "
          f"{rounds} rounds in turn, one thread each", flush=True)
    if subprocess.run([sys.executable, __file__, "--verify", directory, "duckdb", "polars"]).returncode != 0:
        sys.exit(1)
    for _ in range(rounds - 1):
        for name, arguments in timed.items():
            figures[name].append(run(arguments))
    base = statistics.median(cpu for cpu, _ in figures["lookalike"])
    print(f"{'':<26}{'CPU s':>8}{'least':>8}{'most':>8}{'ns/event':>10}{'peak MiB':>10}{'ratio':>8}")
    for name, rounds_of in figures.items():
        cpus = [cpu for cpu, _ in rounds_of]
        middle = statistics.median(cpus)
        print(f"{name:<26}{middle:>8.2f}{min(cpus):>8.2f}{max(cpus):>8.2f}{middle / events * 1e9:>10.0f}"
              f"{max(peak for _, peak in rounds_of):>10.0f}{middle / base:>8.2f}")


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--peer":
        return {"duckdb": peer_duckdb, "polars": peer_polars}[sys.argv[2]](*sys.argv[3:6])
    if len(sys.argv) > 1 and sys.argv[1] == "--verify":
        return verify(sys.argv[2], sys.argv[3:])
    if len(sys.argv) > 1 and sys.argv[1] == "--versions":
        return versions()
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--contacts", type=int, default=700000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", help="keep the files here")
    options = parser.parse_args()
    if options.directory:
        return measure(options.build, options.contacts, options.rounds, options.directory)
    with tempfile.TemporaryDirectory() as directory:
        measure(options.build, options.contacts, options.rounds, directory)


if __name__ == "__main__":
    main()
