#!/usr/bin/env python3
"""How well are hidden buyers found? bench/caravan.py LOOKALIKE [--draws 20] [--seeds 50] [-- FLAGS OF MATCH]

By the protocol: half of Caravan's buyers (or all but --seeds of them) are hidden in the pool, the rest are the seeds. `lookalike match`
ranks the pool; so does scikit-learn's logistic pipeline as a data scientist would run it on the same two files: seeds
against pool, columns standardised (Caravan has numbers only), L2 with C = 1; in-sample as it is usually done, and cross-fitted in
5 folds. Prints the means over the draws of average precision, recall at 10% and lift at 5% on the hidden truth, and the
paired mean log ratios with 95% intervals over the draws. Both rankings are checked to hold the same people.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile
import warnings

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy
import pandas
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
METRICS = ("average precision", "recall at 10%", "lift at 5%")


def metrics(score, label):
    order = numpy.argsort(-score, kind="stable")
    ranked = label[order]

    def recall(share):
        return ranked[: math.ceil(share * len(ranked))].sum() / ranked.sum()

    return average_precision_score(label, score), recall(0.10), recall(0.05) / 0.05


def lookalike(program, folder, flags):
    out = os.path.join(folder, "ranked.csv")
    subprocess.run([program, "match", "--seeds", f"{folder}/seeds.csv", "--pool", f"{folder}/pool.csv", "--out", out,
                    "--top", "100%", "--reasons", "0", "--quiet", *flags], check=True)
    return pandas.read_csv(out).set_index("prospect_id")["score"]


def scikit_learn(seeds, pool, cross_fitted):
    x = pandas.concat([seeds.iloc[:, 1:], pool.iloc[:, 1:]]).to_numpy(float)
    y = numpy.r_[numpy.ones(len(seeds)), numpy.zeros(len(pool))]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1, max_iter=1000))
    if not cross_fitted:
        return model.fit(x, y).decision_function(x)[len(seeds):]
    score = numpy.zeros(len(y))
    for learn, hold in StratifiedKFold(5, shuffle=True, random_state=1).split(x, y):
        score[hold] = model.fit(x[learn], y[learn]).decision_function(x[hold])
    return score[len(seeds):]


def one_draw(program, draw, seeds_wanted, flags):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, f"{ROOT}/tools/fetch-caravan", folder, "--draw", str(draw),
                        *(["--seeds", str(seeds_wanted)] if seeds_wanted else [])], check=True)
        seeds, pool = pandas.read_csv(f"{folder}/seeds.csv"), pandas.read_csv(f"{folder}/pool.csv")
        label = pandas.read_csv(f"{folder}/truth.csv").set_index("prospect_id")["label"]
        ours = lookalike(program, folder, flags)
        assert sorted(ours.index) == sorted(label.index) == sorted(pool["prospect_id"]), "not the same people"
        truth = label.loc[pool["prospect_id"]].to_numpy()
        return {
            "lookalike": metrics(ours.loc[pool["prospect_id"]].to_numpy(), truth),
            "scikit-learn": metrics(scikit_learn(seeds, pool, False), truth),
            "scikit-learn, cross-fitted": metrics(scikit_learn(seeds, pool, True), truth),
        }


def interval(values):
    return numpy.mean(values), 2.093 * numpy.std(values, ddof=1) / math.sqrt(len(values))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("flags", nargs="*")
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    draws = [one_draw(wanted.program, d, wanted.seeds, wanted.flags) for d in range(1, wanted.draws + 1)]
    print(f"Caravan, {wanted.draws} draws, {wanted.seeds or 'half of the buyers as'} seeds, scikit-learn {sklearn.__version__}")
    print(f"{'':28}" + "".join(f"{metric:>20}" for metric in METRICS))
    for name in draws[0]:
        figures = numpy.array([draw[name] for draw in draws])
        print(f"{name:28}" + "".join(f"{value:20.4f}" for value in figures.mean(axis=0)))
    for peer in list(draws[0])[1:]:
        ratios = [interval([math.log(max(d["lookalike"][m], 1e-3) / max(d[peer][m], 1e-3)) for d in draws]) for m in range(3)]
        print(f"{'log ratio to ' + peer[-14:]:28}" + "".join(f"{f'{m:+.3f} ± {h:.3f}':>20}" for m, h in ratios))


if __name__ == "__main__":
    main()
