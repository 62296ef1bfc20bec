"""What two threads bring: wall time of scoring the pool with two threads as a share of that with one, beside the same share of
two bare readers, who only read the file. All in turn, in one run; the outputs must be the same bytes.

    two_threads.py BUILD [--rows N] [--rounds N]
"""
import argparse
import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import time

WITHIN, BESIDE = .58, 1.1  # the bars: of one thread's wall time, or so many times the share of bare readers


def make(build, rows, directory):
    for kind, count in (("pool", rows), ("seeds", 5000)):
        with open(f"{directory}/{kind}.csv", "w") as file:
            subprocess.run([f"{build}/bench/make_pool", kind, str(count), "1"], stdout=file, check=True)
    subprocess.run([f"{build}/lookalike", "train", "--seeds", f"{directory}/seeds.csv", "--pool", f"{directory}/pool.csv",
                    "--family", "logistic", "--model", f"{directory}/model.safetensors", "--quiet"], check=True,
                   stderr=subprocess.DEVNULL)


def score(build, directory, threads):
    start = time.monotonic()
    subprocess.run([f"{build}/lookalike", "score", "--model", f"{directory}/model.safetensors", "--pool",
                    f"{directory}/pool.csv", "--top", "1%", "--ids-unique", "--hash", "email", "--threads", str(threads),
                    "--quiet", "--out", f"{directory}/top-{threads}.csv"], check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def read(build, directory, threads):
    return float(subprocess.run([f"{build}/bench/bare_readers", f"{directory}/pool.csv", str(threads)], check=True,
                                capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rows", type=int, default=2000000)
    parser.add_argument("--rounds", type=int, default=7)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="two-threads-") as directory:
        make(wanted.build, wanted.rows, directory)
        seconds = {(what, threads): [] for what in (score, read) for threads in (1, 2)}
        for _ in range(wanted.rounds):
            for (what, threads), measured in seconds.items():
                measured.append(what(wanted.build, directory, threads))
        if not filecmp.cmp(f"{directory}/top-1.csv", f"{directory}/top-2.csv", shallow=False):
            sys.exit("one thread and two write different files: no ratio can be given")
    share = {}
    for what in (score, read):
        one, two = (statistics.median(seconds[what, threads]) for threads in (1, 2))
        share[what] = statistics.median(b / a for a, b in zip(seconds[what, 1], seconds[what, 2]))
        print(f"{'scoring' if what is score else 'bare readers':<14}one thread {one:.3f} s, two {two:.3f} s: {share[what]:.2f}")
    met = share[score] <= WITHIN or share[score] <= BESIDE * share[read]
    print(f"{os.cpu_count()} CPUs; the bar, {WITHIN} or {BESIDE} times the bare readers' ({BESIDE * share[read]:.2f}), is "
          f"{'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
