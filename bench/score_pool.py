#!/usr/bin/env python3
"""bench/score_pool.py: 2,000,000 rows of CSV to the top 1% with hashed addresses, against pandas + scikit-learn.

    score_pool.py BUILD [--rows N] [--rounds N] [--directory DIR]        BUILD: build/release

The pool and the seeds are bench/make_pool's. A logistic model is trained once by `lookalike train`, on standardised values and
one-hot categories, so that scikit-learn's pipeline can hold the same model: its weights are put into StandardScaler, OneHotEncoder and
LogisticRegression, which are pickled. Then, in turn, each as a process of its own with one thread:

    wc -l                     the floor of reading
    lookalike                 score --top 1% --ids-unique --hash email
    lookalike, ids checked    the same without --ids-unique
    lookalike, rank           the default model of `train` (numbers by rank and bins) in place of the one above
    Polars                    scan_csv, expressions, the streaming engine; top_k; SHA-256
    DuckDB                    read_csv, scores, top and SHA-256 in SQL
    pipeline                  pandas' C reader, explicit types, in chunks; scikit-learn's pipeline; argpartition; SHA-256
    look-ups                  the same reader, NumPy look-ups for the pipeline: as fast as we could make it

Chunks of 65,536 rows and ids as plain objects were the fastest way to read of those tried (the whole file at once, other chunks,
memory_map, the str type, engine="pyarrow"). First the outputs are compared: see verify(). Prints CPU seconds (user + system of the
whole process, median of the rounds), the peak resident set and the ratio to lookalike; no ratio when outputs differ.
"""
import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import tempfile

import table

ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
OURS_ENVIRONMENT = {**os.environ, **ONE_THREAD}
PEER_ENVIRONMENT = {k: v for k, v in OURS_ENVIRONMENT.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
CATEGORIES = [f"category_{i}" for i in range(1, 9)]
NUMBERS = [f"number_{i}" for i in range(1, 11)]
CHUNK = 65536
CLOSE = 1e-9  # a difference that the order of a sum can make


# ---- the model file, for the peers -----------------------------------------------------------------


def read_model(path):
    """The mean of the members and each of them, taken apart by feature, from a file of `lookalike train`."""
    import numpy
    import yaml
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        plan, keys = yaml.safe_load(file.metadata()["plan"]), json.loads(file.metadata()["keys"])
        parts = {n: [file.get_tensor(f"member.{m}.{n}").ravel() for m in range(keys["members"])]
                 for n in ("intercept", "slope", "table")}
    codes = {"number": [lambda c: len(c["edges"]) + 2], "category": [lambda c: len(c["values"]) + 2],
             "date": [lambda c: len(c["edges"]) + 2, lambda c: 13, lambda c: 8], "boolean": [lambda c: 3]}
    names, ends = [], [0]
    for column in plan["columns"]:
        for i, count in enumerate(codes[column["type"]]):
            names.append(column["name"] + ("", "_month", "_weekday")[i])
            ends.append(ends[-1] + count(column))

    def linear(intercept, slope, table):
        assert len(table) == ends[-1] and len(slope) == len(names), "the plan and the tensors do not fit"
        return {"intercept": float(intercept[0]), "slope": dict(zip(names, slope)),
                "table": {n: table[a:b] for n, a, b in zip(names, ends, ends[1:])}}

    members = [linear(*(parts[n][m] for n in parts)) for m in range(keys["members"])]
    return {"mean": linear(*(numpy.mean(parts[n], axis=0) for n in parts)), "members": members, "keys": keys,
            "as_of": str(plan["as_of"]), "columns": {c["name"]: c for c in plan["columns"]}}


def as_pipeline(model):
    """scikit-learn's classes with the model's weights: numbers and age scaled, codes one-hot."""
    import numpy
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    mean, numbers, coded = model["mean"], NUMBERS + ["since"], coded_names()
    wide = [numpy.arange(len(mean["table"][name])) for name in coded]
    filled = SimpleImputer(strategy="constant", fill_value=0, add_indicator=True)
    filled.set_params(keep_empty_features=True)
    pipeline = make_pipeline(
        ColumnTransformer([("numbers", make_pipeline(StandardScaler(copy=False), filled), slice(0, len(numbers))),
                           ("codes", OneHotEncoder(categories=wide), slice(len(numbers), None))]),
        LogisticRegression())
    few = numpy.zeros((4, len(numbers) + len(coded)))
    few[:2, : len(numbers)] = [[1], [2]]
    few[2, : len(NUMBERS)] = numpy.nan
    pipeline.fit(few, [0, 1, 0, 1])
    scaler = pipeline[0].named_transformers_["numbers"][0]
    scaler.mean_, scaler.scale_ = scaling(model)
    absent = [mean["table"][n][0] - mean["table"][n][1] for n in NUMBERS]
    pipeline[1].coef_ = numpy.concatenate([[mean["slope"][n] for n in numbers], absent,
                                           *(mean["table"][n] for n in coded)])[None, :]
    pipeline[1].intercept_ = numpy.array([mean["intercept"] + sum(mean["table"][n][1] for n in numbers)])
    return pipeline


def coded_names():
    return CATEGORIES + ["since_month", "since_weekday", "member"]


def scaling(model):
    import numpy

    columns = [model["columns"][n] for n in NUMBERS + ["since"]]
    return numpy.array([c["centre"] for c in columns]), numpy.array([c["scale"] for c in columns])


# ---- a peer: one process ---------------------------------------------------------------------------


def read_chunks(path):
    import pandas

    types = {"id": object, "email": object, "since": "category", "member": "category",
             **{n: "category" for n in CATEGORIES}, **{n: "float64" for n in NUMBERS}}
    return pandas.read_csv(path, engine="c", dtype=types, keep_default_na=False, na_values={n: [""] for n in NUMBERS},
                           chunksize=CHUNK)


def encode(chunk, model):
    """Numbers and age in days (missing: NaN), and codes as lookalike has them, a column each."""
    import numpy
    import pandas

    numbers = numpy.empty((len(chunk), len(NUMBERS) + 1))
    numbers[:, :-1] = chunk[NUMBERS].to_numpy()
    codes = numpy.empty((len(chunk), len(CATEGORIES) + 3), dtype=numpy.int16)

    def spread(column, by_value):
        values = chunk[column].cat
        return by_value(values.categories)[values.codes]

    def word_codes(words):  # 0 is missing, 1 is no word of the vocabulary
        return lambda values: numpy.where(values == "", 0, pandas.Index(words).get_indexer(values) + 2)

    for i, name in enumerate(CATEGORIES):
        codes[:, i] = spread(name, word_codes(model["columns"][name]["values"]))
    codes[:, -1] = spread("member", lambda values: numpy.array([("", "no", "yes").index(v) for v in values]))
    dates = chunk["since"].cat.categories.to_numpy().astype("datetime64[D]")
    row = chunk["since"].cat.codes.to_numpy()
    numbers[:, -1] = (numpy.datetime64(model["as_of"]) - dates).astype(float)[row]
    codes[:, -3] = (dates.astype("datetime64[M]").astype(int) % 12 + 1)[row]
    codes[:, -2] = ((dates.astype(int) + 3) % 7 + 1)[row]
    return numbers, codes


def look_up(linear, numbers, codes, centre, scale):
    import numpy

    names = NUMBERS + ["since"]
    first, second = (numpy.array([linear["table"][n][c] for n in names]) for c in (0, 1))
    scaled = (numbers - centre) / scale
    missing = numpy.isnan(scaled)
    scaled[missing] = 0
    score = scaled @ numpy.array([linear["slope"][n] for n in names]) + missing @ (first - second)
    for i, name in enumerate(coded_names()):
        score += linear["table"][name][codes[:, i]]
    return score + (linear["intercept"] + second.sum())


def scorer(form, model):
    import numpy

    if form == "pipeline":
        pipeline = model["pipeline"]
        return lambda ids, numbers, codes: pipeline.decision_function(numpy.hstack([numbers, codes]))
    centre, scale = scaling(model)
    if form == "look-ups":
        return lambda ids, numbers, codes: look_up(model["mean"], numbers, codes, centre, scale)

    import xxhash

    key = {name: int(text, 16) for name, text in model["keys"].items() if name in ("fold", "sample", "sample_threshold")}

    def by_rule(ids, numbers, codes):  # what the sample held is scored by the member that did not see it
        score = look_up(model["mean"], numbers, codes, centre, scale)
        for i, text in enumerate(ids):
            if xxhash.xxh3_64_intdigest(text.encode(), key["sample"]) <= key["sample_threshold"]:
                member = model["members"][xxhash.xxh3_64_intdigest(text.encode(), key["fold"]) % len(model["members"])]
                score[i] = look_up(member, numbers[i:i + 1], codes[i:i + 1], centre, scale)[0]
        return score

    return by_rule


def peer(form, model_path, pool, out):
    import hashlib

    import numpy
    import pandas

    with open(model_path, "rb") as file:
        model = pickle.load(file)
    if form == "pipeline":
        with open(model_path + ".pipeline", "rb") as file:
            model["pipeline"] = pickle.load(file)
    score_of = scorer(form, model)
    ids, emails, scores = [], [], []
    for chunk in read_chunks(pool):
        ids.append(chunk["id"].to_numpy())
        emails.append(chunk["email"].to_numpy())
        scores.append(score_of(ids[-1], *encode(chunk, model)))
    ids, emails, scores = (numpy.concatenate(parts) for parts in (ids, emails, scores))
    size = -(-len(scores) // 100)
    top = numpy.argpartition(-scores, size - 1)[:size]
    top = top[numpy.argsort(-scores[top], kind="stable")]
    pandas.DataFrame({"rank": range(1, size + 1), "id": ids[top], "score": scores[top],
                      "email_sha256": [hashlib.sha256(e.strip().lower().encode()).hexdigest() for e in emails[top]],
                      }).to_csv(out, index=False)


def plain_model(model):
    """What a query needs, as plain numbers: (column, centre, scale, slope, present, absent), {column: {value: weight}}, ..."""
    mean, columns = model["mean"], model["columns"]
    table = {name: [float(w) for w in weights] for name, weights in mean["table"].items()}
    numbers = [(n, float(columns[n]["centre"]), float(columns[n]["scale"]), float(mean["slope"][n]), table[n][1],
                table[n][0]) for n in NUMBERS + ["since"]]
    words = {}
    for name in CATEGORIES:  # 0 is missing, 1 is no word of the vocabulary
        words[name] = {value: table[name][i + 2] for i, value in enumerate(columns[name]["values"])}
        words[name][""] = table[name][0]
    words["member"] = dict(zip(("", "no", "yes"), table["member"]))
    return {"intercept": mean["intercept"], "numbers": numbers, "words": words,
            "unseen": {name: table[name][1] for name in CATEGORIES}, "as_of": model["as_of"],
            "month": table["since_month"], "weekday": table["since_weekday"]}


def duckdb_query(model, pool, out):
    """Words are joined with their weights; numbers, the date's parts and the boolean are arithmetic and lists."""
    types = {"id": "VARCHAR", "email": "VARCHAR", **{n: "VARCHAR" for n in CATEGORIES}, **{n: "DOUBLE" for n in NUMBERS},
             "since": "DATE", "member": "VARCHAR"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    terms, joins, setup = [repr(model["intercept"])], [], ["SET threads = 1", "SET preserve_insertion_order = false"]
    for name, centre, scale, slope, present, absent in model["numbers"]:
        value = f"date_diff('day', p.since, DATE '{model['as_of']}')" if name == "since" else f"p.{name}"
        terms.append(f"coalesce(({value} - ({centre!r})) / {scale!r} * ({slope!r}) + ({present!r}), {absent!r})")
    for name in CATEGORIES:
        rows = ", ".join(f"('{value}', {weight!r}::DOUBLE)" for value, weight in model["words"][name].items())
        setup.append(f"CREATE TEMP TABLE w_{name} AS SELECT * FROM (VALUES {rows}) t(value, weight)")
        joins.append(f"LEFT JOIN w_{name} ON p.{name} = w_{name}.value")
        terms.append(f"coalesce(w_{name}.weight, {model['unseen'][name]!r})")
    for part, weights in (("month", model["month"]), ("isodow", model["weekday"])):
        terms.append(f"{weights[1:]!r}[date_part('{part}', p.since)]")
    cases = " ".join(f"WHEN '{value}' THEN {weight!r}" for value, weight in model["words"]["member"].items())
    terms.append(f"CASE p.member {cases} END")
    source = f"read_csv('{pool}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"
    return ";\n".join([*setup,
        f"CREATE TEMP TABLE scored AS SELECT p.id, p.email, {' + '.join(terms)} AS score FROM {source} p {' '.join(joins)}",
        "COPY (SELECT row_number() OVER () AS rank, id, score, sha256(lower(trim(email))) AS email_sha256 FROM (SELECT * FROM "
        "scored ORDER BY score DESC, id LIMIT (SELECT CAST(ceil(count(*) / 100.0) AS BIGINT) FROM scored))) "
        f"TO '{out}' (HEADER)"])


def peer_duckdb(model_path, pool, out):
    import duckdb

    with open(model_path + ".plain") as file:
        model = json.load(file)
    duckdb.connect().execute(duckdb_query(model, pool, out))


def peer_polars(model_path, pool, out):
    import datetime
    import hashlib

    import polars as pl

    with open(model_path + ".plain") as file:
        model = json.load(file)
    types = {"id": pl.String, "email": pl.String, **{n: pl.String for n in CATEGORIES}, **{n: pl.Float64 for n in NUMBERS},
             "since": pl.Date, "member": pl.String}
    age = (pl.lit(datetime.date.fromisoformat(model["as_of"])) - pl.col("since")).dt.total_days()
    terms = [pl.lit(model["intercept"])]
    for name, centre, scale, slope, present, absent in model["numbers"]:
        value = age if name == "since" else pl.col(name)
        terms.append(((value - centre) / scale * slope + present).fill_null(absent))
    for name, weights in model["words"].items():
        terms.append(pl.col(name).replace_strict([*weights, None], [*weights.values(), weights[""]],
                                                 return_dtype=pl.Float64, default=model["unseen"].get(name, 0)))
    for part, weights in ((pl.col("since").dt.month(), model["month"]), (pl.col("since").dt.weekday(), model["weekday"])):
        terms.append(part.replace_strict(list(range(1, len(weights))), weights[1:], return_dtype=pl.Float64))
    scored = pl.scan_csv(pool, schema=types).select(
        "id", "email", pl.sum_horizontal(terms).alias("score")).collect(engine="streaming")
    top = scored.top_k(-(-len(scored) // 100), by="score").sort("score", descending=True)
    hashes = [hashlib.sha256(e.strip().lower().encode()).hexdigest() for e in top["email"]]
    top.select(pl.int_range(1, len(top) + 1).alias("rank"), "id", "score",
               pl.Series("email_sha256", hashes)).write_csv(out)


# ---- the outputs -----------------------------------------------------------------------------------


def verify(directory):
    """Prints a line for each comparison; fails if one does not hold.

    lookalike's output must be that of `by-rule`, an untimed form of the look-ups that scores the few ids which the
    training sample held by the member that did not see them, as lookalike does. The timed forms give every id the mean
    of the members, and must agree with each other; how much of the top is the same is printed.
    """
    import pandas

    def load(name):
        return pandas.read_csv(f"{directory}/{name}.csv").set_index("id")

    def compare(a, b):
        one, two = load(a), load(b)
        both = one.merge(two, left_index=True, right_index=True, suffixes=("", "_2"))
        difference = (both["score"] - both["score_2"]).abs().max()
        last = min(one["score"].min(), two["score"].min())
        loose = pandas.concat([t.loc[t.index.difference(both.index), "score"] for t in (one, two)])
        good = (len(one) == len(two) and difference < CLOSE and (both["email_sha256"] == both["email_sha256_2"]).all()
                and ((loose - last).abs() < CLOSE).all())
        print(f"  {a} and {b}: {len(both):,} of {len(one):,} ids, hashes and scores the same; largest difference of a "
              f"score {difference:.1e}")
        return good

    good = compare("lookalike", "by-rule") & compare("lookalike", "ids-checked") & compare("pipeline", "look-ups")
    good = good & compare("look-ups", "polars") & compare("look-ups", "duckdb")
    same = len(load("lookalike").index.intersection(load("look-ups").index))
    print(f"  the timed peers' top holds {same:,} of lookalike's ids: they lack the rule for the ids of the sample")
    sys.exit(0 if good else "outputs differ: no ratio can be given")


def run(arguments, environment):
    """CPU seconds and peak resident MiB of a process. This one must stay small: its own peak counts in the child."""
    with open(os.devnull, "w") as nowhere:
        pid = os.posix_spawnp(arguments[0], arguments, environment, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(arguments)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(lookalike, make_pool, rows, directory):
    for kind, count in (("pool", rows), ("seeds", 5000)):
        with open(f"{directory}/{kind}.csv", "w") as file:
            subprocess.run([make_pool, kind, str(count), "1"], stdout=file, check=True)
    for name, how in (("model", "value"), ("rank", "rank")):
        subprocess.run([lookalike, "train", "--seeds", f"{directory}/seeds.csv", "--pool", f"{directory}/pool.csv",
                        "--family", "logistic", "--set", f"logistic.numbers={how}", "--model",
                        f"{directory}/{name}.safetensors", "--quiet"], check=True, stderr=subprocess.DEVNULL)
    ask("--prepare", directory)


def ask(*arguments):
    sys.stdout.flush()
    answer = subprocess.run([sys.executable, __file__, *arguments], env=PEER_ENVIRONMENT)
    if answer.returncode != 0:
        sys.exit(answer.returncode)


def pickle_model(directory):
    model = read_model(f"{directory}/model.safetensors")
    with open(f"{directory}/peer.pickle", "wb") as file:
        pickle.dump(model, file)
    with open(f"{directory}/peer.pickle.plain", "w") as file:
        json.dump(plain_model(model), file)
    with open(f"{directory}/peer.pickle.pipeline", "wb") as file:
        pickle.dump(as_pipeline(model), file)


def commands(lookalike, directory):
    def ours(model, out, *flags):
        return [lookalike, "score", "--model", f"{directory}/{model}.safetensors", "--pool", f"{directory}/pool.csv",
                "--top", "1%", "--hash", "email", "--threads", "1", "--quiet", "--out", f"{directory}/{out}.csv", *flags]

    def theirs(form):
        return [sys.executable, __file__, "--peer", form, f"{directory}/peer.pickle", f"{directory}/pool.csv",
                f"{directory}/{form}.csv"]

    return {"lookalike": (ours("model", "lookalike", "--ids-unique"), OURS_ENVIRONMENT),
            "lookalike, ids checked": (ours("model", "ids-checked"), OURS_ENVIRONMENT),
            "lookalike, rank": (ours("rank", "rank", "--ids-unique"), OURS_ENVIRONMENT),
            "Polars, streaming": (theirs("polars"), {**PEER_ENVIRONMENT, "POLARS_MAX_THREADS": "1"}),
            "DuckDB, all in SQL": (theirs("duckdb"), PEER_ENVIRONMENT),
            "pandas + scikit-learn pipeline": (theirs("pipeline"), PEER_ENVIRONMENT),
            "pandas + NumPy look-ups": (theirs("look-ups"), PEER_ENVIRONMENT),
            "wc -l": (["wc", "-l", f"{directory}/pool.csv"], PEER_ENVIRONMENT)}, theirs("by-rule")


def cpu_model():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def measure(build, rows, rounds, directory):
    lookalike, make_pool = os.path.join(build, "lookalike"), os.path.join(build, "bench", "make_pool")
    prepare(lookalike, make_pool, rows, directory)
    timed, by_rule = commands(lookalike, directory)
    for arguments, environment in [*timed.values(), (by_rule, PEER_ENVIRONMENT)]:
        run(arguments, environment)
    version = subprocess.run([lookalike, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    print(f"{cpu_model()}; lookalike {version}, Python {platform.python_version()}", end=", ", flush=True)
    ask("--versions")
    print(f"{rows:,} rows, {os.path.getsize(f'{directory}/pool.csv') / 2**20:,.0f} MiB; {rounds} rounds in turn, "
          "one thread each")
    ask("--verify", directory)
    figures = {name: [] for name in timed}
    for _ in range(rounds):
        for name, (arguments, environment) in timed.items():
            figures[name].append(run(arguments, environment))
    base = statistics.median(cpu for cpu, _ in figures["lookalike"])
    print(f"{'':<32}{'CPU s':>8}{'least':>8}{'most':>8}{'peak MiB':>10}{'ratio':>8}")
    for name, rounds_of in figures.items():
        cpus = [cpu for cpu, _ in rounds_of]
        print(f"{name:<32}{statistics.median(cpus):>8.2f}{min(cpus):>8.2f}{max(cpus):>8.2f}"
              f"{max(peak for _, peak in rounds_of):>10.0f}{statistics.median(cpus) / base:>8.2f}")
        table.row("score_pool", name, statistics.median(cpus), max(peak for _, peak in rounds_of), statistics.median(cpus) / base)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--peer":
        own = {"polars": peer_polars, "duckdb": peer_duckdb}.get(sys.argv[2])
        return own(*sys.argv[3:]) if own else peer(*sys.argv[2:])
    if len(sys.argv) > 1 and sys.argv[1] == "--prepare":
        return pickle_model(sys.argv[2])
    if len(sys.argv) > 1 and sys.argv[1] == "--verify":
        return verify(sys.argv[2])
    if len(sys.argv) > 1 and sys.argv[1] == "--versions":
        import duckdb
        import numpy
        import pandas
        import polars
        import sklearn
        return print(f"pandas {pandas.__version__}, NumPy {numpy.__version__}, scikit-learn {sklearn.__version__}, "
                     f"Polars {polars.__version__}, DuckDB {duckdb.__version__}")
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rows", type=int, default=2000000)
    parser.add_argument("--rounds", type=int, default=table.rounds())
    parser.add_argument("--directory")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="score-pool-") as own:
        measure(wanted.build, wanted.rows, wanted.rounds, wanted.directory or own)


if __name__ == "__main__":
    main()
