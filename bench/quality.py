#!/usr/bin/env python3
"""How well are hidden positives found, on real data, beside other tools?  bench/quality.py LOOKALIKE [flags]

By the protocol: some of the known positives of each set are the seeds (50, or half of them), the others hide in the pool. Everybody
ranks the pool; the truth is looked at afterwards. Against each peer: the mean over sets of the log ratio (paired by draw) of
average precision and of lift at 5%, with its interval over sets.

    --sets open|registry|develop|a,b --sizes 50,0 (0: half) --draws N --first N (of the draws) --peers all|none|a,b
    --ours="--family forest" (flags of match; may be given several times) --table (in Markdown, as the manual has it)
    --data DIR (files that no registry serves) --cache FILE (figures by set, size, draw and program, kept from run to run)
"""
import argparse
import hashlib
import importlib.metadata
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
        started = os.times()
        subprocess.run([program, "match", "--seeds", f"{folder}/seeds.csv", "--pool", f"{folder}/pool.csv", "--out",
                        f"{folder}/ranked.csv", "--top", "100%", "--reasons", "0", "--threads", "1", "--log-format", "json", *flags],
                       check=True, stderr=subprocess.DEVNULL)
        ended = os.times()
        seconds = ended.children_user + ended.children_system - started.children_user - started.children_system
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
    with open(wanted.program, "rb") as file:
        program = hashlib.sha256(file.read()).hexdigest()[:16]
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
                    key = f"{name}/{size}/{number}/{program}/{flags}"
                    here.setdefault(f"lookalike {flags}", []).append(
                        cache.get(key, lambda: ours(wanted.program, command, seeds, pool, truth)))
    return figures


def show_sets(figures):
    for (name, size), here in figures.items():
        print(f"\n{name}, {size or 'half of the positives as'} seeds")
        print(f"{'':34}" + "".join(f"{m:>10}" for m in METRICS))
        for who, draws in here.items():
            print(f"{who:34}" + "".join(f"{numpy.mean([d[m] for d in draws]):10.4f}" for m in METRICS))


def log_ratio(here, a, b, metric):
    return numpy.mean([math.log(max(x[metric], 1e-4) / max(y[metric], 1e-4)) for x, y in zip(here[a], here[b])])


def over_sets(sets, a, b, metric):
    """The weighted mean over sets of the log ratio of a to b, its standard error over sets, and the worst set."""
    weights = numpy.array([quality_sets.SETS[name][1] for name, _ in sets])
    values = numpy.array([log_ratio(here, a, b, metric) for _, here in sets])
    mean = numpy.average(values, weights=weights)
    error = numpy.sqrt(numpy.average((values - mean) ** 2, weights=weights) / max(len(sets) - 1, 1))
    return mean, error, math.exp(values.min()), sets[values.argmin()][0]


def of_size(figures, size):
    return [(name, here) for (name, own), here in figures.items() if own == size]


def show_ratios(figures, wanted):
    for size in map(int, wanted.sizes.split(",")):
        sets = of_size(figures, size)
        for flags in wanted.ours:
            print(f"\nlookalike {flags}, {size or 'half'} seeds: log ratio to each peer, mean over {len(sets)} sets [worst set's ratio]")
            for who in wanted.peer_names:
                cells = []
                for metric in ("ap", "lift5"):
                    mean, error, worst, where = over_sets(sets, f"lookalike {flags}", who, metric)
                    cells.append(f"{metric} {mean:+.3f} ± {error:.3f} [{worst:.2f} {where}]")
                print(f"  {who:24}" + "   ".join(f"{c:42}" for c in cells))


def mean_and_error(values):
    error = numpy.std(values, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return f"{numpy.mean(values):.3f} ± {error:.3f}".replace("0.", ".").replace(" ± nan", "")


def show_table(figures, wanted):
    """For the manual: average precision by set, and everybody against the first of ours; ± is a standard error."""
    for size in map(int, wanted.sizes.split(",")):
        sets = of_size(figures, size)
        first = f"lookalike {wanted.ours[0]}"
        print(f"\nAverage precision, {size or 'half of the positives as'} seeds, draws: {wanted.draws} (± over draws); "
              f"log ratio to {first} (± over sets); CPU seconds, mean over sets\n")
        print("| | " + " | ".join(name for name, _ in sets) + " | average precision | lift at 5% | CPU |")
        print("|---" * (len(sets) + 4) + "|")
        for who in sorted(sets[0][1], key=lambda who: not who.startswith("lookalike")):
            cells = [mean_and_error([draw["ap"] for draw in here[who]]) for _, here in sets]
            for metric in ("ap", "lift5"):
                mean, error, _, _ = over_sets(sets, who, first, metric)
                cells.append("" if who == first else f"{mean:+.3f} ± {error:.3f}".replace("0.", "."))
            cells.append(f"{numpy.mean([draw['seconds'] for _, here in sets for draw in here[who]]):.1f}")
            print(f"| {who} | " + " | ".join(cells) + " |")
    print(f"\n{', '.join(versions(wanted.program))}")


def versions(program):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        cpu = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    own = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split("\n")[0]
    return [own, *(f"{name} {importlib.metadata.version(name)}" for name in ("xgboost-cpu", "lightgbm", "scikit-learn")), cpu]


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
    parser.add_argument("--table", action="store_true")
    wanted = parser.parse_args()
    wanted.ours = wanted.ours or ["auto"]
    warnings.simplefilter("ignore")
    everybody = [*quality_peers.PEERS, "ceiling"]
    wanted.peer_names = everybody if wanted.peers == "all" else [] if wanted.peers == "none" else wanted.peers.split(",")
    figures = measure(wanted, Cache(wanted.cache))
    if wanted.table:
        show_table(figures, wanted)
    else:
        show_sets(figures)
        show_ratios(figures, wanted)


if __name__ == "__main__":
    main()
