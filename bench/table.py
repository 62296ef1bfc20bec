#!/usr/bin/env python3
"""bench/table.py: the rows of the one table that `make bench` ends with.

    table.py FILE          prints the table of the rows in FILE
    table.py FILE add QUESTION WHO CPU PEAK RATIO NOTE          adds a row; "" where something is not known

A measurement in Python calls row(), which adds to the file that BENCH_TABLE names, if it is set; rounds() is how often it measures:
BENCH_ROUNDS, five unless said otherwise.
"""
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

PEERS = ("polars", "duckdb", "pandas", "numpy", "scikit-learn", "xgboost-cpu", "lightgbm", "Lifetimes", "scikit-learn-intelex")


def rounds():
    return max(1, int(os.environ.get("BENCH_ROUNDS", "5")))


def row(question, who, cpu=None, peak=None, ratio=None, note="", file=None):
    """CPU seconds, peak MiB, and CPU over that of the question's first row, or what `note` says."""
    file = file or os.environ.get("BENCH_TABLE")
    if file:
        with open(file, "a") as out:
            out.write(json.dumps([question, who, cpu, peak, ratio, note]) + "\n")


def cpu_model():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def versions():
    for name in PEERS:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            pass


def show(path):
    print(f"{cpu_model()}, {os.cpu_count()} cores; Python {platform.python_version()}, {', '.join(versions())}; "
          f"{rounds()} rounds")
    print(f"{'question':<18}{'who':<40}{'CPU s':>9}{'peak MiB':>10}{'ratio':>8}  note")
    last = None
    with open(path) as file:
        for question, who, cpu, peak, ratio, note in map(json.loads, file):
            figures = "".join(f"{'' if value is None else format(value, form):>{width}}"
                              for value, form, width in ((cpu, ".2f", 9), (peak, ".0f", 10), (ratio, ".2f", 8)))
            print(f"{question if question != last else '':<18}{who:<40}{figures}  {note}".rstrip())
            last = question


if __name__ == "__main__":
    if sys.argv[2:3] == ["add"]:
        figures = [float(text) if text else None for text in sys.argv[5:8]]
        row(sys.argv[3], sys.argv[4], *figures, sys.argv[8], file=sys.argv[1])
    else:
        show(sys.argv[1])
