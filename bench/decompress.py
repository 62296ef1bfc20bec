#!/usr/bin/env python3
"""bench/decompress.py: a compressed pool beside the plain one, and the floor that decompression sets.

    decompress.py BUILD [--rows N]        BUILD: build/release

The pool is bench/make_pool's. Forms: plain; .gz; .gz in members that tell their length (as bgzip writes them); .zst in one frame; .zst
in frames of 4 MiB of text. Of each: CPU of `score` on one thread, wall time on one and on two, and what bench/decompress takes to
decompress it and do nothing else: with any number of threads no stage is faster than that. The audiences must be the same bytes.
"""
import argparse
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import table

BLOCK = 65280  # bytes of text a member, as bgzip has it


def write_members(path, out):
    with open(path, "rb") as file, open(out, "wb") as to:
        while block := file.read(BLOCK):
            body = zlib.compress(block, 6, -15)
            to.write(struct.pack("<4BIBBH2BHH", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(body) + 25))
            to.write(body + struct.pack("<II", zlib.crc32(block), len(block)))


def prepare(build, rows, folder):
    """The forms of the pool, and a model."""
    pool = f"{folder}/plain.csv"
    for kind, count, name in (("pool", rows, pool), ("seeds", 5000, f"{folder}/seeds.csv")):
        with open(name, "w") as file:
            subprocess.run([f"{build}/bench/make_pool", kind, str(count), "1"], stdout=file, check=True)
    subprocess.run([f"{build}/lookalike", "train", "--seeds", f"{folder}/seeds.csv", "--pool", pool, "--family", "logistic",
                    "--model", f"{folder}/m.safetensors", "--quiet"], check=True, stderr=subprocess.DEVNULL)
    for command, name in ((["gzip", "-c", pool], "one.csv.gz"), (["zstd", "-qc", pool], "one.csv.zst"),
                          (["split", "-b", "4m", "--filter", "zstd -qc", pool], "several.csv.zst")):
        with open(f"{folder}/{name}", "wb") as file:
            subprocess.run(command, stdout=file, check=True)
    write_members(pool, f"{folder}/several.csv.gz")
    return ["plain.csv", "one.csv.gz", "several.csv.gz", "one.csv.zst", "several.csv.zst"]


def score(build, folder, name, threads):
    """CPU and wall seconds."""
    start = time.monotonic()
    child = subprocess.Popen([f"{build}/lookalike", "score", "--model", f"{folder}/m.safetensors", "--pool", f"{folder}/{name}",
                              "--top", "1%", "--ids-unique", "--hash", "email", "--threads", str(threads), "--quiet", "--out",
                              f"{folder}/{name}-{threads}.out"], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"score failed on {name}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


def alone(build, folder, name, threads):
    out = subprocess.run([f"{build}/bench/decompress", f"{folder}/{name}", str(threads)], check=True, capture_output=True)
    return [float(word) for word in out.stdout.split()]


def same(folder, names):
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    return len({read(f"{folder}/{name}-{threads}.out") for name in names for threads in (1, 2)}) == 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rows", type=int, default=500000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names = prepare(wanted.build, wanted.rows, folder)
        figures = {name: [] for name in names}
        for _ in range(table.rounds()):
            for name in names:
                one, two = (score(wanted.build, folder, name, threads) for threads in (1, 2))
                least, beside = (alone(wanted.build, folder, name, threads) for threads in (1, 2))
                figures[name].append((*one, two[1], least[1], beside[2]))
        if not same(folder, names):
            sys.exit("audiences differ: no ratio can be given")
        size = os.path.getsize(f"{folder}/plain.csv") / 1e6
    print(f"{wanted.rows:,} rows, {size:.0f} MB; medians of {table.rounds()} rounds; the same bytes of all")
    print(f"{'':<18}{'score: CPU s':>13}{'wall s':>8}{'2 threads':>11}{'alone: CPU s':>14}{'MB/s':>7}{'2 threads: wall':>17}")
    base = None
    for name, rows in figures.items():
        cpu, wall, two, least, beside = (statistics.median(row[i] for row in rows) for i in range(5))
        base = base or cpu
        print(f"{name:<18}{cpu:>13.3f}{wall:>8.3f}{two:>11.3f}{least:>14.3f}{size / least:>7.0f}{beside:>17.3f}")
        table.row("decompress", f"score {name}", cpu, None, cpu / base, f"decompressing alone {least:.2f} s")


if __name__ == "__main__":
    main()
