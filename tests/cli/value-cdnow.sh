# CDNOW, as published: the parameters of BG/NBD (.243, 4.414, .793, 2.426) and its log-likelihood (-9582.4; Fader, Hardie, Lee
# 2005); and no fit is below that of Lifetimes 0.11.3 by more than 1e-4 (printed by it for the same file: -9582.425561,
# -9582.132685, -9594.973930).
root=$(realpath "$DATA/../../..")
(cd "$root" && tools/python-env build/venv) || exit 1
"$root/build/venv/bin/python" "$root/tools/fetch-cdnow" . || exit 1
for model in bg_nbd mbg_nbd pareto_nbd; do
    lookalike value --quiet --summary summary.csv --unit week --model $model --horizon 39w --discount 0 --out $model || exit 1
done
python3 - <<'END'
import json
theirs = {"bg_nbd": -9582.425561, "mbg_nbd": -9582.132685, "pareto_nbd": -9594.973930}
for name, least in theirs.items():
    with open(f"{name}/value.json") as file:
        document = json.load(file)
    model = document["model"]
    print(name, *(f"{key} {value['estimate']:.3f} ({value['standard_error']:.2f})" for key, value in model["parameters"].items()),
          f"log-likelihood {model['log_likelihood']:.1f}", "no worse" if model["log_likelihood"] >= least - 1e-4 else "worse",
          f"expected {document['expected']['purchases']:.1f} of {document['expected']['alive']:.1f} alive")
END
# The same customers in another order are the same fit, to the last bit; and so is each customer.
{ head -n 1 summary.csv; tail -n +2 summary.csv | tac; } >backwards.csv
lookalike value --quiet --summary backwards.csv --unit week --model bg_nbd --horizon 39w --discount 0 --out backwards
cmp <(sort bg_nbd/value.csv) <(sort backwards/value.csv) && echo same
stat -c '%a %n' bg_nbd/value.csv
# All of CDNOW: what was expected of weeks 40 to 78 on 1 October 1997 (19,684 days with a purchase came), as the manual says.
for model in mbg_nbd bg_nbd pareto_nbd; do
    lookalike value --quiet --events events.csv --as-of 1997-10-01 --unit week --model $model --horizon 39w --discount 0 \
        --out all-$model 2>/dev/null || exit 1
    python3 -c 'import json, sys
document = json.load(open(sys.argv[1]))
print(document["model"]["name"], round(document["expected"]["purchases"]), document["counts"]["customers"])' all-$model/value.json
done
# What came: the days with a purchase in these 39 weeks, of customers who had bought before.
awk -F , 'NR > 1 && $2 < "1997-10-01" { known[$1] }
    NR > 1 && $2 >= "1997-10-01" && !($1 SUBSEP substr($2, 1, 10) in days) { days[$1, substr($2, 1, 10)]; who[++came] = $1 }
    END { for (i = 1; i <= came; i++) count += who[i] in known; print "came", count }' events.csv
