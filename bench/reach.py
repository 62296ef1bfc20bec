#!/usr/bin/env python3
"""What weights for reach bring: bench/reach.py LOOKALIKE [--contacts N] [--prospects N] [--seeds 101-120] [--worlds a,b]
[--family F] [--jobs N]

For each world and seed: `simulate crm`, `run` up to `campaign: seeds`, then `train --crm` with each of --weights none, full, auto;
all of the pool is scored, and ranked by the truth: average precision. Against none, paired by seed: the mean ratio (of logs),
and its 95% interval (Student's t). --oracle adds weights of one over the true chance to be reached, in place of a learned one:
what they fail to bring, no way of learning them can. Needs nothing but Python. --cache FILE keeps the figures from run to run.

The worlds curved-* were made up with seeds 1 to 3 in view; 101 to 120 were looked at once, when all was settled.
"""
import argparse
import concurrent.futures
import csv
import json
import math
import os
import statistics
import subprocess
import tempfile
import zlib

WEIGHTS = ["auto", "none", "full"]
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


def power_of(model):
    """What `auto` raised the weights to, by the card in the model (safetensors: a length, then a header of JSON)."""
    with open(model, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["card"])["weights"]["power"]


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
        if options.oracle:
            weigh_by_truth(folder)
        for weights in WEIGHTS:
            # The power that auto took: 0 is none and 1 is full, to the byte.
            if weights in ("none", "full") and found["power"] == (weights == "full"):
                found[weights] = found["auto"]
                continue
            crm, wanted = ("oracle.csv", "none") if weights == "oracle" else ("crm/out/campaign/seeds/crm.csv", weights)
            tool("train", "--crm", crm, "--pool", "crm/pool.csv", "--weights", wanted, "--family", options.family, "--threads", "1",
                 "--model", "model", *roles)
            tool("score", "--model", "model", "--pool", "crm/pool.csv", "--top", "100%", "--out", "ranked.csv")
            with open(f"{folder}/ranked.csv") as file:
                found[weights] = average_precision([truth[row["prospect_id"]] for row in csv.DictReader(file)])
            if weights == "auto":
                found["power"] = power_of(f"{folder}/model")
        with open(f"{folder}/crm/out/campaign/seeds/crm.csv") as file:
            found["reactivated"] = sum(row["group"] == "reactivated" for row in csv.DictReader(file))
    return found


def show(world, figures):
    head = f"{world:11s} {len(figures)} seeds, {statistics.mean(f['reactivated'] for f in figures):.0f} reactivated"
    print(head, *(f"{weights} {statistics.mean(f[weights] for f in figures):.4f}" for weights in WEIGHTS), sep=" · ")
    powers = [figure["power"] for figure in figures]
    print("    auto took", ", ".join(f"the power {power:g} {powers.count(power)} times" for power in sorted(set(powers))))
    for weights in WEIGHTS:
        if weights == "none":
            continue
        ratios = [math.log(figure[weights] / figure["none"]) for figure in figures]
        middle = statistics.mean(ratios)
        spread = STUDENT[len(ratios) - 1] * statistics.stdev(ratios) / math.sqrt(len(ratios)) if len(ratios) > 1 else math.inf
        low, high = (f"{100 * math.expm1(end):+.1f}" if math.isfinite(end) else "?" for end in (middle - spread, middle + spread))
        ends = f"{100 * math.expm1(min(ratios)):+.1f} to {100 * math.expm1(max(ratios)):+.1f}"
        print(f"    {weights} against none {100 * math.expm1(middle):+.1f}% [{low}, {high}], from seed to seed {ends}", flush=True)


def read_cache(options):
    if not options.cache or not os.path.exists(options.cache):
        return {}
    with open(options.cache) as file:
        return dict(json.loads(line) for line in file)


def measure_all(program, world, options, known, workers):
    """The figures of a world's seeds, those not known measured side by side."""
    first, last = (int(seed) for seed in options.seeds.split("-"))
    under_way = {}
    with open(f"data/worlds/{world}.yaml", "rb") as file:
        checksum = zlib.crc32(file.read())
    for seed in range(first, last + 1):
        key = f"{world} {checksum:08x} {seed} {options.contacts} {options.prospects} {options.family} {' '.join(WEIGHTS)}"
        under_way[key] = None if key in known else workers.submit(measure, program, world, seed, options)
    for key, work in under_way.items():
        if work:
            known[key] = work.result()
            if options.cache:
                with open(options.cache, "a") as file:
                    print(json.dumps([key, known[key]]), file=file)
    return [known[key] for key in under_way]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lookalike")
    parser.add_argument("--contacts", type=int, default=20000)
    parser.add_argument("--prospects", type=int, default=10000)
    parser.add_argument("--seeds", default="101-120")
    parser.add_argument("--worlds", default="default,straight-a,straight-b,curved-a,curved-b")
    parser.add_argument("--family", default="logistic")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--cache")
    options = parser.parse_args()
    if options.oracle:
        WEIGHTS.append("oracle")
    known = read_cache(options)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
        for world in options.worlds.split(","):
            show(world, measure_all(os.path.abspath(options.lookalike), world, options, known, workers))


main()
