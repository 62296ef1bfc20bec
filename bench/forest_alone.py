#!/usr/bin/env python3
"""bench/forest_alone.py: a forest of 200 trees of depth 6 on rows in memory, beside XGBoost's in-place predict and daal4py.

    forest_alone.py PROGRAM DIRECTORY [--rows N] [--rounds N]        PROGRAM: build/release/bench/forest_alone

Makes rows (20 float32 features, 5% of ten of them missing), grows a forest by XGBoost (hist, 32 bins) and writes it twice: as it is,
for the peers, and with its thresholds as bins, for lookalike; both have the same leaves, so that all must predict the same.
The peers predict from float32, the only form that they take. Then, in turn, each as a process of its own with one thread,
CPU seconds of the prediction alone (the second of two in the process). No ratio when predictions differ: lookalike's are to
equal XGBoost's to the last bit, daal4py's to 1e-5 (it adds in another order).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
FEATURES, TREES, DEPTH, BINS, LEARNED = 20, 200, 6, 32, 200000


def make(directory, rows):
    import numpy
    import xgboost

    random = numpy.random.default_rng(20250101)
    x = random.standard_normal((rows, FEATURES), dtype=numpy.float32)
    x[:, 10:18] = numpy.floor(random.random((rows, 8), dtype=numpy.float32) ** 2 * numpy.array([5, 8, 12, 20, 50, 100, 250, 500]))
    y = x[:, 0] - x[:, 1] * (x[:, 2] > 0) + .02 * x[:, 15] + numpy.sin(3 * x[:, 3]) + random.standard_normal(rows)
    x[:, :10][random.random((rows, 10)) < .05] = numpy.nan
    # Regression: the prediction is the margin itself, for all.
    booster = xgboost.train({"max_depth": DEPTH, "eta": .1, "max_bin": BINS, "nthread": 2, "base_score": .25},
                            xgboost.DMatrix(x[:LEARNED], y[:LEARNED]), TREES)
    booster.save_model(f"{directory}/raw.json")
    x.tofile(f"{directory}/rows")
    with open(f"{directory}/raw.json") as file:
        model = json.load(file)
    edges = to_bins(model)
    with open(f"{directory}/codes.json", "w") as file:
        json.dump(model, file)
    with open(f"{directory}/shape", "w") as file:
        print(rows, FEATURES, .25, file=file)
        for column in edges:
            print(len(column), *(f"{edge:.17g}" for edge in column), file=file)


def to_bins(model):
    """Replaces thresholds by bins, in place. x < threshold is x <= the float32 below it: the upper edge of a bin."""
    import numpy

    trees = model["learner"]["gradient_booster"]["model"]["trees"]
    found = [set() for _ in range(FEATURES)]
    for tree in trees:
        for left, feature, condition in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left >= 0:
                found[feature].add(numpy.float32(condition))
    thresholds = [sorted(f) for f in found]
    bins = [{t: i + 2 for i, t in enumerate(f)} for f in thresholds]
    for tree in trees:
        tree["split_conditions"] = [
            bins[feature][numpy.float32(condition)] if left >= 0 else condition
            for left, feature, condition in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"])]
    return [[float(numpy.nextafter(t, numpy.float32(-numpy.inf))) for t in f] for f in thresholds]


def peer(name, directory):
    """In a process of its own: CPU seconds of a prediction as a line, the predictions as a file."""
    import time

    import numpy
    import xgboost

    x = numpy.fromfile(f"{directory}/rows", dtype=numpy.float32).reshape(-1, FEATURES)
    booster = xgboost.Booster({"nthread": 1}, model_file=f"{directory}/raw.json")
    if name == "XGBoost":
        def predict():
            return booster.inplace_predict(x)
    else:
        import daal4py
        daal4py.daalinit(1)
        model = daal4py.mb.convert_model(booster)

        def predict():
            return model.predict(x)

    predict()
    start = time.process_time()
    predicted = predict()
    print(time.process_time() - start)
    numpy.asarray(predicted, dtype=numpy.float64).ravel().tofile(f"{directory}/{name}")


def ours(program, directory):
    return json.loads(subprocess.run([program, directory], check=True, capture_output=True, text=True).stdout)


def theirs(name, directory):
    run = subprocess.run([sys.executable, __file__, "--peer", name, directory], check=True, capture_output=True, text=True)
    return float(run.stdout.split()[-1])


def verify(directory):
    import numpy

    one, xgboost, daal = (numpy.fromfile(f"{directory}/{name}") for name in ("ours", "XGBoost", "daal4py"))
    difference = numpy.abs(one - daal).max()
    print(f"  lookalike's and XGBoost's margins of {len(one):,} rows: {(one != xgboost).sum()} differ; daal4py's by {difference:.1e} "
          "at most")
    if (one != xgboost).any() or difference > 1e-5:
        sys.exit("predictions differ: no ratio can be given")


def versions():
    from importlib.metadata import version

    with open("/proc/cpuinfo") as file:
        cpu = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    return f"{cpu}; XGBoost {version('xgboost-cpu')}, daal4py of scikit-learn-intelex {version('scikit-learn-intelex')}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("directory")
    parser.add_argument("--rows", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    make(wanted.directory, wanted.rows)
    print(f"{versions()}; {TREES} trees of depth {DEPTH}, {FEATURES} features, {wanted.rows:,} rows; {wanted.rounds} rounds in turn")
    rounds = []
    for number in range(wanted.rounds + 1):
        rounds.append((ours(wanted.program, wanted.directory), theirs("XGBoost", wanted.directory),
                       theirs("daal4py", wanted.directory)))
        if number == 0:
            verify(wanted.directory)
    rounds = rounds[1:]
    nanoseconds = 1e9 / wanted.rows
    peers = {name: statistics.median(r[i] for r in rounds) for i, name in ((1, "XGBoost"), (2, "daal4py"))}
    print(f"  {rounds[0][0]['tests']:,} different splits")
    print(f"{'':<34}{'ns a row':>10}{'XGBoost':>9}{'daal4py':>9}")
    for name, cpu in peers.items():
        print(f"{name + ', from float32':<34}{cpu * nanoseconds:>10.1f}")
    for key in (k for k in rounds[0][0] if k != "tests"):
        cpu = statistics.median(r[0][key] for r in rounds)
        what = {"floats": "from float32, bins included", "codes": "from codes"}.get(key, f"from codes, {key}")
        print(f"{'lookalike, ' + what:<34}{cpu * nanoseconds:>10.1f}" + "".join(f"{p / cpu:>9.1f}" for p in peers.values()))


if __name__ == "__main__":
    if sys.argv[1] == "--peer":
        peer(*sys.argv[2:])
    else:
        main()
