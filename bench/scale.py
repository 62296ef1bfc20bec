#!/usr/bin/env python3
"""bench/scale.py: CPU a row and peak memory of stages as the rows are doubled three times.

    scale.py BUILD [--smallest SHARE] [score] [lifecycle] [value] [audience] [train]        BUILD: build/release

One thread each, every run a process of its own. "growth" is the CPU a row over that of the smallest: 1 is linear.
"""
import argparse
import os
import subprocess
import sys
import tempfile

STAGES = ("score", "lifecycle", "value", "audience", "train")
LEAST = {"score": 500_000, "lifecycle": 500_000, "value": 500_000, "audience": 125_000, "train": 25_000}


def run(folder, *command):
    """CPU seconds and peak MiB."""
    with open(os.devnull, "wb") as nowhere:
        pid = os.posix_spawn(command[0], command, os.environ,
                             file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), fd) for fd in (1, 2)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def make(path, *command):
    with open(path, "wb") as out:
        subprocess.run(command, stdout=out, check=True)


def contacts(path, count):
    with open(path, "w") as out:
        out.write("contact_id,signed_up,consents\n")
        out.writelines(f"C{i:08d},20{10 + i % 12:02d}-03-01,profiling\n" for i in range(count + 1))


def ranking(path, count):
    with open(path, "w") as out:
        out.write("rank,prospect_id,score,tier,source,email,country\n")
        out.writelines(f"{i + 1},P{i:08d},{1 - i / count:.7f},100,top,person{i}@example.org,FR\n" for i in range(count))


def score(build, folder, rows, first):
    pool, seeds, model = (f"{folder}/{name}" for name in ("pool.csv", "seeds.csv", "m.safetensors"))
    make(pool, f"{build}/bench/make_pool", "pool", str(rows), "1")
    if first:
        make(seeds, f"{build}/bench/make_pool", "seeds", "5000", "1")
        run(folder, f"{build}/lookalike", "train", "--seeds", seeds, "--pool", pool, "--family", "logistic", "--model", model,
            "--quiet")
    return run(folder, f"{build}/lookalike", "score", "--model", model, "--pool", pool, "--top", "1%", "--ids-unique", "--hash",
               "email", "--threads", "1", "--quiet", "--out", f"{folder}/ranked.csv")


def make_events(build, folder, rows):
    people = rows * 7 // 200
    make(f"{folder}/events.csv", f"{build}/bench/make_events", str(people), str(rows), "1")
    contacts(f"{folder}/contacts.csv", people)


def lifecycle(build, folder, rows, first):
    make_events(build, folder, rows)
    return run(folder, f"{build}/lookalike", "lifecycle", "--contacts", f"{folder}/contacts.csv", "--events",
               f"{folder}/events.csv", "--as-of", "2024-07-01", "--threads", "1", "--quiet", "--out", f"{folder}/quiet")


def value(build, folder, rows, first):
    make_events(build, folder, rows)
    return run(folder, f"{build}/lookalike", "value", "--events", f"{folder}/events.csv", "--as-of", "2024-07-01", "--threads", "1",
               "--quiet", "--out", f"{folder}/value")


def audience(build, folder, rows, first):
    ranking(f"{folder}/ranked.csv", rows)
    workspace = f"{folder}/ws-{rows}"
    return run(folder, f"{build}/lookalike", "audience", "--ranked", f"{folder}/ranked.csv", "--workspace", workspace,
               "--temporary", folder, "--quiet", "--out", f"{folder}/audience-{rows}")


def train(build, folder, rows, first):
    make(f"{folder}/pool.csv", f"{build}/bench/make_pool", "pool", str(rows), "1")
    make(f"{folder}/seeds.csv", f"{build}/bench/make_pool", "seeds", str(rows // 10), "1")
    return run(folder, f"{build}/lookalike", "train", "--seeds", f"{folder}/seeds.csv", "--pool", f"{folder}/pool.csv", "--family",
               "logistic", "--sample", str(rows), "--threads", "1", "--quiet", "--model", f"{folder}/trained.safetensors")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("stages", nargs="*", default=STAGES)
    parser.add_argument("--smallest", type=float, default=1, help="of the rows that are usual")
    wanted = parser.parse_args()
    print(f"{'stage':<12}{'rows':>12}{'CPU s':>9}{'us a row':>10}{'growth':>8}{'peak MiB':>10}")
    for stage in wanted.stages or STAGES:
        with tempfile.TemporaryDirectory() as folder:
            least = None
            for doubling in range(4):
                rows = int(LEAST[stage] * wanted.smallest) << doubling
                cpu, peak = globals()[stage](wanted.build, folder, rows, doubling == 0)
                least = least or cpu / rows
                print(f"{stage:<12}{rows:>12,}{cpu:>9.2f}{cpu / rows * 1e6:>10.3f}{cpu / rows / least:>8.2f}{peak:>10.0f}",
                      flush=True)


if __name__ == "__main__":
    main()
