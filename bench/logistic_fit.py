#!/usr/bin/env python3
"""bench/logistic_fit.py: the problem of bench/logistic-fit with scikit-learn's solvers.

    logistic_fit.py PROGRAM DIRECTORY

Runs PROGRAM (bench/logistic-fit), which writes its matrix to DIRECTORY and fits it; then fits the same matrix, weights
and penalty with newton-cholesky and lbfgs, each at the loosest of a row of tolerances whose relative gap to the best
objective is below 1e-6. Prints objective, gap and CPU seconds (user and system, median of five) of the fit alone, one
BLAS thread each. Refuses a ratio when a gap is not below 1e-6.
"""
import json
import os
import platform
import subprocess
import sys
import warnings

import table

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
PEER_ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
TOLERANCES = {"newton-cholesky": (1e-2, 1e-3, 1e-4, 1e-6, 1e-8), "lbfgs": (1e-4, 1e-5, 1e-6, 1e-7, 1e-8)}
ROUNDS = table.rounds()
LIMIT = 1e-6


def peer(directory, l2):
    """In a process of its own: every solver at every tolerance, as a line of JSON each."""
    import time

    import numpy
    import sklearn
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")
    x = numpy.load(f"{directory}/X.npy")
    y = numpy.load(f"{directory}/y.npy")
    weight = numpy.load(f"{directory}/weight.npy")

    def objective(model):
        margin = numpy.where(y > 0, 1, -1) * (x @ model.coef_[0] + model.intercept_[0])
        return float(weight @ numpy.logaddexp(0, -margin) + l2 / 2 * model.coef_[0] @ model.coef_[0])

    for solver, tolerances in TOLERANCES.items():
        for tolerance in tolerances:
            seconds = []
            for _ in range(ROUNDS):
                model = LogisticRegression(C=1 / l2, solver=solver, tol=tolerance, max_iter=10000)
                start = time.process_time()
                model.fit(x, y, sample_weight=weight)
                seconds.append(time.process_time() - start)
            print(json.dumps({"solver": solver, "tolerance": tolerance, "objective": objective(model),
                              "iterations": int(model.n_iter_[0]), "cpu_seconds": sorted(seconds)[ROUNDS // 2],
                              "version": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}"}), flush=True)


def main():
    program, directory = sys.argv[1:3]
    ours = json.loads(subprocess.run([program, directory], check=True, capture_output=True, text=True).stdout)
    run = subprocess.run([sys.executable, __file__, "--peer", directory, str(ours["l2"])], check=True,
                         capture_output=True, text=True, env=PEER_ENVIRONMENT)
    peers = [json.loads(line) for line in run.stdout.splitlines()]
    best = min([ours["objective"]] + [p["objective"] for p in peers])

    def gap(fit):
        return (fit["objective"] - best) / best

    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {peers[0]['version']}")
    print(f"{'solver':<28}{'objective':>18}{'gap':>10}{'steps':>7}{'CPU s':>9}{'ratio':>8}")
    print(f"{'lookalike logistic':<28}{ours['objective']:>18.9g}{gap(ours):>10.1e}{ours['iterations']:>7}"
          f"{ours['cpu_seconds']:>9.3f}{1:>8}")
    table.row("logistic_fit", "lookalike logistic", ours["cpu_seconds"], None, 1, "the fit alone")
    good = gap(ours) < LIMIT
    for solver in TOLERANCES:
        close = [p for p in peers if p["solver"] == solver and gap(p) < LIMIT]
        good = good and bool(close)
        for p in [min(close, key=lambda p: p["cpu_seconds"])] if close else []:
            print(f"{solver + ' tol ' + format(p['tolerance'], 'g'):<28}{p['objective']:>18.9g}{gap(p):>10.1e}"
                  f"{p['iterations']:>7}{p['cpu_seconds']:>9.3f}{p['cpu_seconds'] / ours['cpu_seconds']:>8.1f}")
            table.row("logistic_fit", f"scikit-learn {solver}", p["cpu_seconds"], None, p["cpu_seconds"] / ours["cpu_seconds"],
                      f"the fit alone; the same objective to {LIMIT:g}")
    if not good:
        sys.exit("a gap is not below 1e-6: no ratio can be given")


if __name__ == "__main__":
    if sys.argv[1] == "--peer":
        peer(sys.argv[2], float(sys.argv[3]))
    else:
        main()
