# What the program stands on is listed; what it would use is either listed or told with its remedy.
lookalike doctor --format json >doctor.json
python3 - <<'PYTHON'
import json
document = json.load(open("doctor.json"))
listed = {library["name"] for library in document["libraries"]}
print("not listed:", *sorted({"libcsv", "gsl", "openblas", "libsvm", "jansson", "libyaml", "libcrypto", "utf8proc", "sqlite", "zlib",
                              "zstd", "xxhash"} - listed))
print("scanner:", document["cpu"]["scanner"] in ("plain", "AVX2", "AVX-512"))
missing = " ".join(problem["problem"] for problem in document["missing"])
for name in ("isa-l", "xgboost", "phone"):
    print(name, (name in " ".join(listed)) + (name in missing))
print("remedies:", all(problem["remedy"] for problem in document["missing"]))
PYTHON
