#!/usr/bin/env python3
"""bench/score_forest.py: 2,000,000 rows of CSV to the top 1% with hashed addresses, scored by 200 trees of depth 6.

    score_forest.py BUILD [--rows N] [--rounds N] [--directory DIR]        BUILD: build/release

Pool and seeds are those of bench/score_pool.py. `lookalike train` grows five cross-fitted members of 40 trees; a row that the
training sample did not hold is scored by their mean, so that it passes 200 trees. These are written as one model of XGBoost: 200
trees, leaves a fifth, thresholds on the numbers themselves, categories as such. Then, in turn, each as a process of its own with one
thread:

    lookalike                 score --top 1% --ids-unique --hash email --reasons 0
    lookalike, reasons        the same with the three reasons a row (TreeSHAP for the 20,000 that are written), which no peer gives
    Polars                    scan_csv and the streaming engine to float32, XGBoost's in-place predict, top_k, SHA-256
    pandas                    as in score_pool.py to float32, in chunks, XGBoost's in-place predict, argpartition, SHA-256

First the outputs are compared: lookalike's with an untimed form of the peer that scores the sample's ids by the members that did
not see them, the peers' with each other; margins are sums of float32 in another order, so they may differ by 1e-5.
"""
import argparse
import datetime
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile

import score_pool as pool_bench
from score_pool import CATEGORIES, NUMBERS, OURS_ENVIRONMENT, PEER_ENVIRONMENT

CLOSE = 1e-5
TREES, DEPTH = 40, 6
COLUMNS = NUMBERS + ["since"] + CATEGORIES + ["since_month", "since_weekday", "member"]


# ---- the model file as XGBoost's -------------------------------------------------------------------


def read_model(path):
    import numpy
    import yaml
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        plan, keys = yaml.safe_load(file.metadata()["plan"]), json.loads(file.metadata()["keys"])
        members = [tuple(file.get_tensor(f"member.{m}.{n}") for n in ("roots", "nodes", "margins")) for m in range(keys["members"])]
    names = []
    for column in plan["columns"]:
        parts = ("", "_month", "_weekday") if column["type"] == "date" else ("",)
        names += [column["name"] + part for part in parts]
    columns = {c["name"]: c for c in plan["columns"]}
    trees = [[as_tree(nodes[a:b], a, names, columns) for a, b in zip(roots.ravel().tolist(), roots.ravel()[1:].tolist())] for roots, nodes, _ in members]
    bases = [float(margins.ravel()[0] - margins.ravel()[1]) for _, _, margins in members]
    count = len(members)
    every = [scaled(tree, count) for member in trees for tree in member]
    leaves = numpy.mean([sum(left < 0 for left in tree["left_children"]) for tree in every])
    return {"mean": as_model(every, sum(bases) / count), "members": [as_model(t, b) for t, b in zip(trees, bases)], "keys": keys,
            "as_of": str(plan["as_of"]), "columns": columns, "trees": len(every), "leaves": float(leaves)}


def as_tree(nodes, first, names, columns):
    """A node of lookalike goes left where (code - shift) mod 65536 < limit: see models/forest/forest.h."""
    import numpy

    count = len(nodes)
    tree = {"left_children": [-1] * count, "right_children": [-1] * count, "parents": [2147483647] * count,
            "split_indices": [0] * count, "split_conditions": [0.0] * count, "split_type": [0] * count, "default_left": [0] * count,
            "categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
            "base_weights": [0.0] * count, "loss_changes": [0.0] * count, "sum_hessian": [1.0] * count, "id": 0,
            "tree_param": {"num_deleted": "0", "num_feature": str(len(COLUMNS)), "num_nodes": str(count), "size_leaf_vector": "1"}}
    floats = numpy.ascontiguousarray(nodes[:, 3]).view(numpy.float32)
    for i, (feature, test, left, _, _) in enumerate(nodes.tolist()):
        if left == 0:
            tree["split_conditions"][i] = float(floats[i])
            continue
        tree["left_children"][i], tree["right_children"][i] = left - first, left - first + 1
        tree["parents"][left - first] = tree["parents"][left - first + 1] = i
        name, shift, limit = names[feature], test >> 16, test & 65535
        tree["split_indices"][i] = COLUMNS.index(name)
        if name in NUMBERS or name == "since":
            edges, below = columns[name]["edges"], limit + shift - 2
            edge = numpy.float32(edges[below]) if 0 <= below < len(edges) else numpy.float32(-3e38 if below < 0 else 3e38)
            tree["split_conditions"][i] = float(numpy.nextafter(edge, numpy.float32(numpy.inf)))
            tree["default_left"][i] = int(shift == 0)
        else:
            assert limit == 65535, "a category is split against the rest"
            tree["split_type"][i] = 1
            tree["categories_nodes"].append(i)
            tree["categories_segments"].append(len(tree["categories"]))
            tree["categories_sizes"].append(1)
            tree["categories"].append(shift - 1)
    return tree


def scaled(tree, count):
    import numpy

    conditions = [float(numpy.float32(c / count)) if left < 0 else c for left, c in zip(tree["left_children"], tree["split_conditions"])]
    return {**tree, "split_conditions": conditions}


def as_model(trees, base):
    trees = [{**tree, "id": i} for i, tree in enumerate(trees)]
    kinds = ["float" if name in NUMBERS or name == "since" else "c" for name in COLUMNS]
    return {"version": [1, 7, 4], "learner": {
        "attributes": {}, "feature_names": [], "feature_types": kinds,
        "learner_model_param": {"base_score": repr(base), "boost_from_average": "0", "num_class": "0",
                                "num_feature": str(len(COLUMNS)), "num_target": "1"},
        "objective": {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}},
        "gradient_booster": {"name": "gbtree", "model": {
            "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(len(trees)), "size_leaf_vector": "0"},
            "tree_info": [0] * len(trees), "trees": trees}}}}


def booster(model):
    import xgboost

    return xgboost.Booster({"nthread": 1}, model_file=bytearray(json.dumps(model).encode()))


# ---- a peer: one process ---------------------------------------------------------------------------


def write_top(ids, emails, scores, out):
    import numpy
    import pandas

    size = -(-len(scores) // 100)
    top = numpy.argpartition(-scores, size - 1)[:size]
    top = top[numpy.argsort(-scores[top], kind="stable")]
    pandas.DataFrame({"rank": range(1, size + 1), "id": ids[top], "score": scores[top],
                      "email_sha256": [hashlib.sha256(e.strip().lower().encode()).hexdigest() for e in emails[top]],
                      }).to_csv(out, index=False)


def peer_pandas(directory, out, by_rule=False):
    import numpy

    with open(f"{directory}/model.json") as file:
        model = json.load(file)
    mean = booster(model["mean"])
    members = [booster(m) for m in model["members"]] if by_rule else []
    ids, emails, scores = [], [], []
    for chunk in pool_bench.read_chunks(f"{directory}/pool.csv"):
        numbers, codes = pool_bench.encode(chunk, model)
        x = numpy.concatenate([numbers.astype(numpy.float32), codes.astype(numpy.float32)], axis=1)
        ids.append(chunk["id"].to_numpy())
        emails.append(chunk["email"].to_numpy())
        scores.append(mean.inplace_predict(x).astype(float))
        if by_rule:
            follow_rule(model["keys"], members, ids[-1], x, scores[-1])
    write_top(*(numpy.concatenate(parts) for parts in (ids, emails, scores)), out)


def follow_rule(keys, members, ids, x, scores):
    """What the sample held is scored by the member that did not see it."""
    import xxhash

    fold, sample, threshold = (int(keys[name], 16) for name in ("fold", "sample", "sample_threshold"))
    seen = [i for i, text in enumerate(ids) if xxhash.xxh3_64_intdigest(text.encode(), sample) <= threshold]
    for member, one in enumerate(members):
        rows = [i for i in seen if xxhash.xxh3_64_intdigest(ids[i].encode(), fold) % len(members) == member]
        if rows:
            scores[rows] = one.inplace_predict(x[rows])


def peer_polars(directory, out):
    import polars as pl

    with open(f"{directory}/model.json") as file:
        model = json.load(file)
    types = {"id": pl.String, "email": pl.String, **{n: pl.String for n in CATEGORIES}, **{n: pl.Float32 for n in NUMBERS},
             "since": pl.Date, "member": pl.String}
    as_of = pl.lit(datetime.date.fromisoformat(model["as_of"]))

    def codes(name, words, unseen):
        return pl.col(name).replace_strict(["", None, *words], [0, 0, *range(2 if unseen else 1, len(words) + (2 if unseen else 1))],
                                           return_dtype=pl.Float32, default=1 if unseen else 0)

    features = [pl.col(n) for n in NUMBERS] + [(as_of - pl.col("since")).dt.total_days().cast(pl.Float32)]
    features += [codes(n, model["columns"][n]["values"], True) for n in CATEGORIES]
    features += [pl.col("since").dt.month().cast(pl.Float32).fill_null(0).alias("since_month"),
                 pl.col("since").dt.weekday().cast(pl.Float32).fill_null(0).alias("since_weekday"), codes("member", ["no", "yes"], False)]
    features[len(NUMBERS)] = features[len(NUMBERS)].alias("since")
    table = pl.scan_csv(f"{directory}/pool.csv", schema=types).select("id", "email", *features).collect(engine="streaming")
    scores = booster(model["mean"]).inplace_predict(table.select(COLUMNS).to_numpy(order="c"))
    scored = table.select("id", "email").with_columns(pl.Series("score", scores))
    top = scored.top_k(-(-len(scored) // 100), by="score").sort("score", descending=True)
    hashes = [hashlib.sha256(e.strip().lower().encode()).hexdigest() for e in top["email"]]
    top.select(pl.int_range(1, len(top) + 1).alias("rank"), "id", "score",
               pl.Series("email_sha256", hashes)).write_csv(out)


# ---- the outputs -----------------------------------------------------------------------------------


def verify(directory, *pairs):
    """No ratio when the outputs of a pair, two names with a comma between, differ."""
    import pandas

    def compare(a, b):
        one, two = (pandas.read_csv(f"{directory}/{name}.csv").set_index("id") for name in (a, b))
        both = one.merge(two, left_index=True, right_index=True, suffixes=("", "_2"))
        difference = (both["score"] - both["score_2"]).abs().max()
        last = min(one["score"].min(), two["score"].min())
        loose = pandas.concat([t.loc[t.index.difference(both.index), "score"] for t in (one, two)])
        good = (len(one) == len(two) and difference < CLOSE and (both["email_sha256"] == both["email_sha256_2"]).all()
                and ((loose - last).abs() < CLOSE).all())
        print(f"  {a} and {b}: {len(both):,} of {len(one):,} ids and hashes the same; largest difference of a score {difference:.1e}")
        return good

    if not all([compare(*pair.split(",")) for pair in pairs]):
        sys.exit("outputs differ: no ratio can be given")


# ---- the measurement -------------------------------------------------------------------------------


def prepare(lookalike, make_pool, rows, directory):
    for kind, count in (("pool", rows), ("seeds", 5000)):
        with open(f"{directory}/{kind}.csv", "w") as file:
            subprocess.run([make_pool, kind, str(count), "1"], stdout=file, check=True)
    sets = [f"forest.{key}" for key in (f"trees={TREES}", f"depth={DEPTH}", "people=0")]
    subprocess.run([lookalike, "train", "--seeds", f"{directory}/seeds.csv", "--pool", f"{directory}/pool.csv", "--family", "forest",
                    "--folds", "5", *(word for s in sets for word in ("--set", s)), "--model", f"{directory}/model.safetensors", "--quiet"],
                   check=True, stderr=subprocess.DEVNULL)
    ask("--prepare", directory)


def ask(*arguments):
    sys.stdout.flush()
    answer = subprocess.run([sys.executable, __file__, *arguments], env=PEER_ENVIRONMENT)
    if answer.returncode != 0:
        sys.exit(answer.returncode)


def commands(lookalike, directory):
    def ours(out, *flags):
        return [lookalike, "score", "--model", f"{directory}/model.safetensors", "--pool", f"{directory}/pool.csv", "--top", "1%",
                "--ids-unique", "--hash", "email", "--threads", "1", "--quiet", "--out", f"{directory}/{out}.csv", *flags]

    def theirs(form):
        return [sys.executable, __file__, "--peer", form, directory, f"{directory}/{form}.csv"]

    return {"lookalike": (ours("lookalike", "--reasons", "0"), OURS_ENVIRONMENT),
            "lookalike, reasons": (ours("reasons"), OURS_ENVIRONMENT),
            "Polars, streaming + XGBoost": (theirs("polars"), {**PEER_ENVIRONMENT, "POLARS_MAX_THREADS": "1"}),
            "pandas + XGBoost": (theirs("pandas"), PEER_ENVIRONMENT)}, theirs("by-rule")


def measure(build, rows, rounds, directory):
    lookalike, make_pool = os.path.join(build, "lookalike"), os.path.join(build, "bench", "make_pool")
    prepare(lookalike, make_pool, rows, directory)
    timed, by_rule = commands(lookalike, directory)
    reasons = timed.pop("lookalike, reasons")
    figures = {name: [] for name in timed}
    for arguments, environment in [*timed.values(), (by_rule, PEER_ENVIRONMENT)]:
        pool_bench.run(arguments, environment)
    print(f"{pool_bench.cpu_model()}; {rows:,} rows, {os.path.getsize(f'{directory}/pool.csv') / 2**20:,.0f} MiB; {rounds} rounds in "
          "turn (reasons: once), one thread each", flush=True)
    ask("--verify", directory, "lookalike,by-rule", "polars,pandas")
    for _ in range(rounds):
        for name, (arguments, environment) in timed.items():
            figures[name].append(pool_bench.run(arguments, environment))
    base = statistics.median(cpu for cpu, _ in figures["lookalike"])
    print(f"{'':<32}{'CPU s':>8}{'least':>8}{'most':>8}{'peak MiB':>10}{'ratio':>8}")
    figures["lookalike, reasons"] = [pool_bench.run(*reasons)]
    ask("--verify", directory, "lookalike,reasons")
    for name, rounds_of in figures.items():
        cpus = [cpu for cpu, _ in rounds_of]
        print(f"{name:<32}{statistics.median(cpus):>8.2f}{min(cpus):>8.2f}{max(cpus):>8.2f}"
              f"{max(peak for _, peak in rounds_of):>10.0f}{statistics.median(cpus) / base:>8.2f}")


def save_model(directory):
    import polars
    import pandas
    import xgboost

    model = read_model(f"{directory}/model.safetensors")
    print(f"XGBoost {xgboost.__version__}, Polars {polars.__version__}, pandas {pandas.__version__}; a row passes {model['trees']} trees "
          f"of {model['leaves']:.1f} leaves")
    with open(f"{directory}/model.json", "w") as file:
        json.dump(model, file)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--peer":
        form, directory, out = sys.argv[2:]
        return peer_polars(directory, out) if form == "polars" else peer_pandas(directory, out, form == "by-rule")
    if len(sys.argv) > 1 and sys.argv[1] == "--prepare":
        return save_model(sys.argv[2])
    if len(sys.argv) > 1 and sys.argv[1] == "--verify":
        return verify(*sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rows", type=int, default=2000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--directory")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="score-forest-") as own:
        measure(wanted.build, wanted.rows, wanted.rounds, wanted.directory or own)


if __name__ == "__main__":
    main()
