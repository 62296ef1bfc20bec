#!/usr/bin/env python3
"""What weights for reach bring: bench/reach.py LOOKALIKE [--contacts N] [--prospects N] [--seeds 1-20] [--worlds a,b] [--family F]

For each world and seed: `simulate crm`, `run` up to `campaign: seeds`, then `train --crm` with each of --weights none, full, auto;
all of the pool is scored, and ranked by the truth: average precision. Against none, paired by seed: the mean ratio (of logs),
and its 95% interval (Student's t). --oracle adds weights of one over the true chance to be reached, in place of a learned one:
what they fail to bring, no way of learning them can. Needs nothing but Python. --cache FILE keeps the figures from run to run.
"""
import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import tempfile

WEIGHTS = ["none", "full", "auto"]
# 97.5% of Student's t by degrees of freedom.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 11: 2.201,
           12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110, 18: 2.101, 19: 2.093}
PROJECT = """sources: {contacts: contacts.csv, events: events.csv, append: append.csv, identities: identities.csv,
  exposures: exposures.csv, registrations: registrations.csv}
as-of: 2025-06-30
seed: 1
workspace: workspace
out: out
lifecycle: {}
campaign:
  onboard: {paths: paths.yaml}
  registrations: {}
  seeds: {window: 30d}
"""


def average_precision(ranked):
    hits, total = 0, 0.0
    for place, label in enumerate(ranked, 1):
        if label:
            hits += 1
            total += hits / place
    return total / hits


def weigh_by_truth(folder):
    """crm.csv, with one over the true chance as its own weight. Chances below a tenth count as that, as in train."""
    with open(f"{folder}/crm/truth/reach.csv") as file:
        chance = {row["contact_id"]: max(.1, float(row["probability"])) for row in csv.DictReader(file)}
    with open(f"{folder}/crm/out/campaign/seeds/crm.csv") as file, open(f"{folder}/oracle.csv", "w") as out:
        rows = csv.DictReader(file)
        table = csv.DictWriter(out, rows.fieldnames)
        table.writeheader()
        for row in rows:
            table.writerow(row | {"weight": 1 / chance[row["contact_id"]]})


def measure(program, world, seed, options):
    def tool(*arguments):
        subprocess.run([program, *arguments, "--quiet"], check=True, stderr=subprocess.DEVNULL, cwd=folder)

    with tempfile.TemporaryDirectory() as folder:
        tool("simulate", "crm", "--contacts", str(options.contacts), "--prospects", str(options.prospects), "--world",
             os.path.abspath(f"data/worlds/{world}.yaml"), "--seed", str(seed), "--out", "crm")
        with open(f"{folder}/crm/project.yaml", "w") as project:
            project.write(PROJECT)
        tool("run", "crm/project.yaml")
        with open(f"{folder}/crm/truth/pool.csv") as file:
            truth = {row["prospect_id"]: row["label"] == "1" for row in csv.DictReader(file)}
        with open(f"{folder}/crm/pool.csv") as file:
            roles = [f"--role={name}=protected" for name in ("protected_origin",) if name in next(csv.reader(file))]
        found = {}
        weigh_by_truth(folder)
        for weights in WEIGHTS:
            crm, wanted = ("oracle.csv", "none") if weights == "oracle" else ("crm/out/campaign/seeds/crm.csv", weights)
            tool("train", "--crm", crm, "--pool", "crm/pool.csv", "--weights", wanted, "--family", options.family, "--threads", "1",
                 "--model", "model", *roles)
            tool("score", "--model", "model", "--pool", "crm/pool.csv", "--top", "100%", "--out", "ranked.csv")
            with open(f"{folder}/ranked.csv") as file:
                found[weights] = average_precision([truth[row["prospect_id"]] for row in csv.DictReader(file)])
        with open(f"{folder}/crm/out/campaign/seeds/crm.csv") as file:
            found["reactivated"] = sum(row["group"] == "reactivated" for row in csv.DictReader(file))
    return found


def show(world, figures):
    head = f"{world:11s} {len(figures)} seeds, {statistics.mean(f['reactivated'] for f in figures):.0f} reactivated"
    print(head, *(f"{weights} {statistics.mean(f[weights] for f in figures):.4f}" for weights in WEIGHTS), sep=" · ")
    for weights in WEIGHTS[1:]:
        ratios = [math.log(figure[weights] / figure["none"]) for figure in figures]
        middle = statistics.mean(ratios)
        spread = STUDENT[len(ratios) - 1] * statistics.stdev(ratios) / math.sqrt(len(ratios)) if len(ratios) > 1 else math.inf
        low, high = (f"{100 * math.expm1(end):+.1f}" if math.isfinite(end) else "?" for end in (middle - spread, middle + spread))
        print(f"    {weights} against none {100 * math.expm1(middle):+.1f}% [{low}, {high}]")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lookalike")
    parser.add_argument("--contacts", type=int, default=20000)
    parser.add_argument("--prospects", type=int, default=10000)
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--worlds", default="default,straight-a,straight-b,curved-a,curved-b")
    parser.add_argument("--family", default="logistic")
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--cache")
    options = parser.parse_args()
    if options.oracle:
        WEIGHTS.append("oracle")
    program = os.path.abspath(options.lookalike)
    first, last = (int(seed) for seed in options.seeds.split("-"))
    known = {}
    if options.cache and os.path.exists(options.cache):
        with open(options.cache) as file:
            known = dict(json.loads(line) for line in file)
    for world in options.worlds.split(","):
        figures = []
        for seed in range(first, last + 1):
            key = f"{world} {seed} {options.contacts} {options.prospects} {options.family} {' '.join(WEIGHTS)}"
            if key not in known:
                known[key] = measure(program, world, seed, options)
                if options.cache:
                    with open(options.cache, "a") as file:
                        print(json.dumps([key, known[key]]), file=file)
            figures.append(known[key])
        show(world, figures)


main()
