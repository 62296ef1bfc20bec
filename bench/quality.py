#!/usr/bin/env python3
"""How well are hidden positives found, on real data, beside other tools?  bench/quality.py LOOKALIKE [flags]

By the protocol: some of the known positives of each set are the seeds (50, or half of them), the others hide in the pool. Everybody
ranks the pool; the truth is looked at afterwards. Against each peer: the mean over sets of the log ratio (paired by draw) of
average precision and of lift at 5%, with its interval over sets.

    --sets open|registry|develop|a,b --sizes 50,0 (0: half) --draws N --first N (of the draws) --ours="--family forest" (flags of match; several times) --peers all|none|a,b
    --data DIR (files that no registry serves) --cache FILE (figures of peers by set, size and draw, kept from run to run)
"""
import argparse
import json
import math
import os
import subprocess
import tempfile
import time
import warnings

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy
import pandas
from sklearn.metrics import average_precision_score, roc_auc_score

import quality_peers
import quality_sets

METRICS = ("ap", "lift5", "lift1", "recall10", "auc", "seconds")


def metrics(score, truth, seconds):
    ranked = truth[numpy.argsort(-score, kind="stable")]

    def recall(share):
        return float(ranked[: math.ceil(share * len(ranked))].sum() / ranked.sum())

    return {"ap": float(average_precision_score(truth, score)), "lift5": recall(.05) / .05, "lift1": recall(.01) / .01,
            "recall10": recall(.10), "auc": float(roc_auc_score(truth, score)), "seconds": seconds}


def ours(program, flags, seeds, pool, truth):
    with tempfile.TemporaryDirectory() as folder:
        seeds = seeds.reset_index(drop=True).rename_axis("contact_id").reset_index()
        ids = pool.reset_index(drop=True).rename_axis("prospect_id").reset_index()
        seeds.to_csv(f"{folder}/seeds.csv", index=False)
        ids.to_csv(f"{folder}/pool.csv", index=False)
        started = os.times().children_user
        subprocess.run([program, "match", "--seeds", f"{folder}/seeds.csv", "--pool", f"{folder}/pool.csv", "--out",
                        f"{folder}/ranked.csv", "--top", "100%", "--reasons", "0", "--threads", "1", "--log-format", "json", *flags],
                       check=True, stderr=subprocess.DEVNULL)
        seconds = os.times().children_user - started
        score = pandas.read_csv(f"{folder}/ranked.csv").set_index("prospect_id")["score"]
    assert len(score) == len(pool), "not the same people"
    return metrics(score.loc[range(len(pool))].to_numpy(), truth, seconds)


def peer(name, seeds, pool, truth, number):
    x = quality_peers.matrix(seeds, pool)
    started = time.process_time()
    if name == "ceiling":
        score = quality_peers.ceiling(x, len(seeds), number, truth)
    else:
        score = quality_peers.PEERS[name](x, len(seeds), number)
    return metrics(score, truth, time.process_time() - started)


class Cache:
    def __init__(self, path):
        self.path = path
        self.figures = {}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.figures = json.load(file)

    def get(self, key, make):
        if key not in self.figures:
            self.figures[key] = make()
            if self.path:
                with open(self.path + ".new", "w", encoding="utf-8") as file:
                    json.dump(self.figures, file)
                os.replace(self.path + ".new", self.path)
        return self.figures[key]


def measure(wanted, cache):
    """figures[(set, size)][who] is a list by draw."""
    figures = {}
    for name in quality_sets.names_of(wanted.sets):
        loaded = quality_sets.load(name, wanted.data)
        if loaded is None:
            print(f"{name}: its file is not in --data, left out")
            continue
        attributes, label = loaded
        for size in map(int, wanted.sizes.split(",")):
            here = figures.setdefault((name, size), {})
            for number in range(wanted.first, wanted.first + wanted.draws):
                seeds, pool, truth = quality_sets.draw(attributes, label, size, number)
                for who in wanted.peer_names:
                    key = f"{name}/{size}/{number}/{who}"
                    here.setdefault(who, []).append(cache.get(key, lambda: peer(who, seeds, pool, truth, number)))
                for flags in wanted.ours:
                    command = [] if flags == "auto" else flags.split()
                    here.setdefault(f"lookalike {flags}", []).append(ours(wanted.program, command, seeds, pool, truth))
    return figures


def show_sets(figures):
    for (name, size), here in figures.items():
        print(f"\n{name}, {size or 'half of the positives as'} seeds")
        print(f"{'':34}" + "".join(f"{m:>10}" for m in METRICS))
        for who, draws in here.items():
            print(f"{who:34}" + "".join(f"{numpy.mean([d[m] for d in draws]):10.4f}" for m in METRICS))


def log_ratio(here, a, b, metric):
    return numpy.mean([math.log(max(x[metric], 1e-4) / max(y[metric], 1e-4)) for x, y in zip(here[a], here[b])])


def show_ratios(figures, wanted):
    """A weighted mean over sets, with its standard error over sets; and the worst set."""
    for size in map(int, wanted.sizes.split(",")):
        sets = [(name, here) for (name, s), here in figures.items() if s == size]
        weights = numpy.array([quality_sets.SETS[name][1] for name, _ in sets])
        for flags in wanted.ours:
            print(f"\nlookalike {flags}, {size or 'half'} seeds: log ratio to each peer, mean over {len(sets)} sets [worst set's ratio]")
            for who in wanted.peer_names:
                cells = []
                for metric in ("ap", "lift5"):
                    values = numpy.array([log_ratio(here, f"lookalike {flags}", who, metric) for _, here in sets])
                    mean = numpy.average(values, weights=weights)
                    spread = numpy.sqrt(numpy.average((values - mean) ** 2, weights=weights) / max(len(sets) - 1, 1))
                    cells.append(f"{metric} {mean:+.3f} ± {spread:.3f} [{math.exp(values.min()):.2f} {sets[values.argmin()][0]}]")
                print(f"  {who:24}" + "   ".join(f"{c:42}" for c in cells))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--sets", default="open")
    parser.add_argument("--sizes", default="50,0")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--ours", action="append")
    parser.add_argument("--peers", default="all")
    parser.add_argument("--data", default="")
    parser.add_argument("--cache", default="")
    wanted = parser.parse_args()
    wanted.ours = wanted.ours or ["auto"]
    warnings.simplefilter("ignore")
    everybody = [*quality_peers.PEERS, "ceiling"]
    wanted.peer_names = everybody if wanted.peers == "all" else [] if wanted.peers == "none" else wanted.peers.split(",")
    figures = measure(wanted, Cache(wanted.cache))
    show_sets(figures)
    show_ratios(figures, wanted)


if __name__ == "__main__":
    main()
