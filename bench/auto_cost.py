#!/usr/bin/env python3
"""What --family auto costs beside cross-fitted, bagged XGBoost, and how it grows with the pool:
bench/auto_cost.py LOOKALIKE SCRATCH [--seeds 2000] [--pool 200000] [--doublings 3]

A made-up brand of 60 columns (40 numbers with bends and a product among them, 20 categories), 5% of the pool alike. Both read the
same two files and rank the whole pool, each as a process of its own on one thread; CPU is user and system of the whole process,
average precision is by the truth. XGBoost: 5 folds, 5 bags of all seeds and ten times as many of the others, the settings of
bench/quality_peers.py. Then auto alone on pools of a half, a quarter and an eighth: nothing should grow faster than the pool does.
"""
import argparse
import os
import resource
import subprocess
import sys
import time

import table

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy
import pandas

NUMBERS, CATEGORIES, SHARE = 40, 20, .05


def people(count, alike, chance, prefix):
    """Those alike are a step away from the others in a fifth of the columns, bent or as a product in some."""
    z = chance.standard_normal((count, NUMBERS))
    z[:, :6] += .35 * alike[:, None]
    z[:, 6] *= 1 + .5 * alike
    z[:, 8] = numpy.where(alike == 1, z[:, 7] * .5 + z[:, 8] * .8, z[:, 8])
    table = pandas.DataFrame({f"n{j}": numpy.round(z[:, j] * (10 + j), 2) for j in range(NUMBERS)})
    for j in range(CATEGORIES):
        values = 3 + 2 * j
        code = chance.integers(0, values, count)
        moved = (chance.random(count) < .15) & (alike == 1) & (j < 6)
        table[f"c{j}"] = numpy.char.add("v", numpy.where(moved, 0, code).astype(str))
    table[chance.random(table.shape) < .03] = numpy.nan
    table.insert(0, "id", numpy.char.add(prefix, numpy.arange(count).astype(str)))
    return table


def make(folder, seeds, pool):
    chance = numpy.random.default_rng(5)
    truth = (chance.random(pool) < SHARE).astype(int)
    people(seeds, numpy.ones(seeds, int), chance, "s").to_csv(f"{folder}/seeds.csv", index=False)
    people(pool, truth, chance, "p").to_csv(f"{folder}/pool.csv", index=False)
    pandas.DataFrame({"id": numpy.char.add("p", numpy.arange(pool).astype(str)), "label": truth}).to_csv(
        f"{folder}/truth.csv", index=False)


def cpu_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def theirs(folder):
    """What runs as the peer's process."""
    import quality_peers

    seeds, pool = (pandas.read_csv(f"{folder}/{name}.csv") for name in ("seeds", "pool"))
    x = quality_peers.matrix(seeds.drop(columns="id"), pool.drop(columns="id"))
    score = quality_peers.PEERS["xgboost crossfit 5x5"](x, len(seeds), 1)
    ranked = pool[["id"]].assign(score=score).sort_values("score", ascending=False, kind="stable")
    ranked.to_csv(f"{folder}/theirs.csv", index=False)


def precision(folder, ranked):
    from sklearn.metrics import average_precision_score

    ranked = pandas.read_csv(f"{folder}/{ranked}", usecols=["id", "score"])
    joined = ranked.merge(pandas.read_csv(f"{folder}/truth.csv"), on="id")
    assert len(joined) == len(ranked), "not the same people"
    return average_precision_score(joined["label"], joined["score"]), len(joined)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("scratch")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--pool", type=int, default=200000)
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.peer:
        theirs(wanted.scratch)
        return 0
    bad = False
    for halved in range(wanted.doublings + 1):
        folder, pool = wanted.scratch, wanted.pool >> halved
        make(folder, wanted.seeds, pool)
        ours = cpu_of([wanted.program, "match", "--seeds", f"{folder}/seeds.csv", "--pool", f"{folder}/pool.csv", "--out",
                       f"{folder}/ours.csv", "--top", "100%", "--reasons", "0", "--threads", "1", "--quiet"])
        ap, rows = precision(folder, "ours.csv")
        print(f"auto, {wanted.seeds:,} seeds x {NUMBERS + CATEGORIES} columns, pool {pool:>8,}: {ours:6.1f} s CPU, "
              f"{ours / pool * 1e6:6.1f} us a row, average precision {ap:.3f}", flush=True)
        if halved == 0:
            started = time.time()
            peer = cpu_of([sys.executable, __file__, wanted.program, folder, "--peer"])
            peer_ap, peer_rows = precision(folder, "theirs.csv")
            assert rows == peer_rows, "not the same people"
            print(f"XGBoost, 5 folds x 5 bags, the same files: {peer:6.1f} s CPU ({time.time() - started:.0f} s), average precision "
                  f"{peer_ap:.3f}: auto costs {ours / peer:.2f} times as much (bar: 3)", flush=True)
            table.row("auto_cost", f"match, a pool of {pool:,}", ours, None, 1, f"average precision {ap:.3f}")
            table.row("auto_cost", "XGBoost, 5 folds x 5 bags", peer, None, peer / ours, f"average precision {peer_ap:.3f}")
            bad = ours > 3 * peer
    return bad


if __name__ == "__main__":
    sys.exit(main())
