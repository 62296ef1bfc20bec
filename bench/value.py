#!/usr/bin/env python3
"""Fitting models of repeat purchases: bench/value.py VALUE_FIT SCRATCH [--customers 1000000] [--models bg_nbd,mbg_nbd,pareto_nbd]

Customers are drawn from each model at the parameters published for CDNOW (weeks), once with times to the day, as CRMs have
them, and once with times that never repeat. Both fit the same arrays; CPU seconds are those from the arrays in memory to the
parameters (ours: and standard errors; the peer's are part of its fit as well, but for Pareto/NBD, which has none). Lifetimes
runs as its manual says; where it fails to converge, that is told and there is no ratio. A ratio is given only if our
log-likelihood, computed for both parameter sets by Lifetimes' own function, is no more than 1e-4 below the peer's.
"""
import argparse
import os
import subprocess
import sys
import time
import warnings

import table

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.simplefilter("ignore")

import numpy as np
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

MODELS = {"bg_nbd": (BetaGeoFitter, (0.243, 4.414, 0.793, 2.426)),
          "mbg_nbd": (ModifiedBetaGeoFitter, (0.525, 6.183, 0.891, 1.614)),
          "pareto_nbd": (ParetoNBDFitter, (0.553, 10.578, 0.606, 11.669))}


def draw(model, count, seed=1):
    """Frequency, recency and T: purchases one after the other, for those who are still there."""
    chance = np.random.default_rng(seed)
    r, alpha, a, b = MODELS[model][1]
    age = chance.uniform(27, 39, count)
    rate = chance.gamma(r, 1 / alpha, count)
    if model == "pareto_nbd":
        p, end = np.zeros(count), np.minimum(age, chance.exponential(1 / chance.gamma(a, 1 / b, count)))
    else:
        p, end = chance.beta(a, b, count), age
    frequency, recency, now = np.zeros(count), np.zeros(count), np.zeros(count)
    there = chance.random(count) >= p if model == "mbg_nbd" else np.ones(count, bool)
    while there.any():
        at = np.flatnonzero(there)
        now[at] += chance.exponential(1, len(at)) / np.maximum(rate[at], 1e-300)
        bought = at[now[at] < end[at]]
        frequency[bought] += 1
        recency[bought] = now[bought]
        there[:] = False
        there[bought] = chance.random(len(bought)) >= p[bought]
    return frequency, recency, age


def to_days(frequency, recency, age):
    """The same, as a CRM counts: whole days, one purchase a day at most."""
    days = np.ceil(recency * 7) * (frequency > 0)
    return np.minimum(frequency, days), days / 7, np.maximum(np.ceil(age * 7), days) / 7


def likelihood(model, parameters, data):
    fitter = MODELS[model][0]
    if model == "pareto_nbd":
        return float(np.sum(fitter._conditional_log_likelihood(parameters, *data)))
    return float(-fitter._negative_log_likelihood(np.log(parameters), *data, np.ones(len(data[0])), 0.0) * len(data[0]))


def theirs(model, data):
    start = time.process_time()
    try:
        fitted = MODELS[model][0]().fit(*data)
    except Exception as problem:
        return time.process_time() - start, None, type(problem).__name__
    return time.process_time() - start, fitted.params_.to_numpy(), ""


def ours(program, model, data, scratch):
    path = os.path.join(scratch, "customers.bin")
    np.column_stack(data).astype("<f8").tofile(path)
    out = subprocess.run([program, model, path], check=True, capture_output=True, text=True).stdout.split()
    return float(out[0]), int(out[1]), np.array([float(value) for value in out[3:]])


def compare(program, model, kind, data, scratch):
    seconds, patterns, parameters = ours(program, model, data, scratch)
    peer_seconds, peer, problem = theirs(model, data)
    label = f"{model:10} {kind:10} {len(data[0]):,} customers, {patterns:,} histories: "
    if peer is None:
        print(f"{label}{seconds:.2f} s; lifetimes failed after {peer_seconds:.1f} s ({problem}): no ratio")
        return False
    gain = likelihood(model, parameters, data) - likelihood(model, peer, data)
    if not gain >= -1e-4:
        print(f"{label}the log-likelihood is {-gain:.6f} below lifetimes': no ratio")
        return False
    print(f"{label}{seconds:.2f} s, lifetimes {peer_seconds:.1f} s: {peer_seconds / seconds:.1f} times less CPU; "
          f"log-likelihood {gain:+.6f}", flush=True)
    table.row("value", f"{model}, {kind}", seconds, None, None, f"the fit alone; Lifetimes {peer_seconds:.1f} s")
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scratch")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--models", default=",".join(MODELS))
    wanted = parser.parse_args()
    good = True
    for model in wanted.models.split(","):
        data = draw(model, wanted.customers)
        for kind, shown in (("days", to_days(*data)), ("continuous", data)):
            good = compare(wanted.program, model, kind, shown, wanted.scratch) and good
    return not good


if __name__ == "__main__":
    sys.exit(main())
