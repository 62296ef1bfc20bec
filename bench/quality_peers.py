"""The fixed peers of the quality measurements, as a skilled data scientist would run them on the same two files. Each takes
seeds and pool (pandas) and gives a score for every row of the pool; none is told the truth but the ceiling."""
import numpy
import pandas
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import lightgbm
import xgboost


def matrix(seeds, pool):
    """One-hot and scaled columns of both, seeds first."""
    both = pandas.concat([seeds, pool], ignore_index=True)
    texts = [c for c in both if not pandas.api.types.is_numeric_dtype(both[c])]
    numbers = [c for c in both if c not in texts]
    recipe = make_column_transformer(
        (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(min_frequency=10, handle_unknown="infrequent_if_exist", sparse_output=False), texts))
    return recipe.fit_transform(both).astype(numpy.float32)


def labels(seeds, count):
    return numpy.r_[numpy.ones(seeds), numpy.zeros(count - seeds)]


def boosted(**settings):
    return xgboost.XGBClassifier(n_jobs=1, tree_method="hist", **settings)


def in_sample(model):
    def score(x, seeds, _):
        return model().fit(x, labels(seeds, len(x))).predict_proba(x[seeds:])[:, 1]

    return score


def cross_fitted(model, bags=1):
    """Nobody is scored by a model that saw them; with bags, each fit sees all seeds and a sample of the others."""
    def score(x, seeds, number):
        chance = numpy.random.default_rng(number)
        y = labels(seeds, len(x))
        scores = numpy.zeros(len(x))
        for learn, hold in StratifiedKFold(5, shuffle=True, random_state=number).split(x, y):
            ones, zeros = learn[y[learn] == 1], learn[y[learn] == 0]
            for _ in range(bags):
                some = zeros if bags == 1 else chance.choice(zeros, min(len(zeros), 10 * len(ones)), replace=False)
                rows = numpy.r_[ones, some]
                scores[hold] += model().fit(x[rows], y[rows]).predict_proba(x[hold])[:, 1]
        return scores[seeds:]

    return score


def tuned(x, seeds, number):
    y = labels(seeds, len(x))
    grid = {"max_depth": [2, 4, 6], "learning_rate": [.03, .1], "n_estimators": [100, 300]}
    folds = StratifiedKFold(3, shuffle=True, random_state=number)
    search = GridSearchCV(boosted(subsample=.8, colsample_bytree=.8), grid, scoring="roc_auc", cv=folds, refit=False)
    best = search.fit(x, y).best_params_
    return in_sample(lambda: boosted(subsample=.8, colsample_bytree=.8, **best))(x, seeds, number)


def centroid(x, seeds, _):
    mean = x[:seeds].mean(axis=0)
    return x[seeds:] @ mean / (numpy.linalg.norm(x[seeds:], axis=1) + 1e-9)


def neighbours(x, seeds, _):
    distances, _ = NearestNeighbors(n_neighbors=min(5, seeds)).fit(x[:seeds]).kneighbors(x[seeds:])
    return -distances.mean(axis=1)


def bagging_pu(x, seeds, number):
    """Mordelet and Vert 2014, as pulearn's BaggingPuClassifier does it: out-of-bag means of trees."""
    chance = numpy.random.default_rng(number)
    others = x[seeds:]
    total, seen = numpy.zeros(len(others)), numpy.zeros(len(others))
    for _ in range(100):
        some = chance.choice(len(others), seeds, replace=True)
        rest = numpy.setdiff1d(numpy.arange(len(others)), some)
        tree = DecisionTreeClassifier(random_state=int(chance.integers(1 << 30)))
        tree.fit(numpy.r_[x[:seeds], others[some]], labels(seeds, 2 * seeds))
        total[rest] += tree.predict_proba(others[rest])[:, 1]
        seen[rest] += 1
    return total / numpy.maximum(seen, 1)


def elkan_noto(x, seeds, number):
    """Elkan and Noto 2008: a constant factor changes no ranking, so it is that of its classifier, cross-fitted."""
    return cross_fitted(lambda: RandomForestClassifier(300, min_samples_leaf=5, n_jobs=1, random_state=number))(x, seeds, number)


def ceiling(x, seeds, number, truth):
    """Not a peer: XGBoost cross-fitted with the true labels of the pool."""
    y = numpy.r_[numpy.ones(seeds), truth]
    scores = numpy.zeros(len(x))
    for learn, hold in StratifiedKFold(5, shuffle=True, random_state=number).split(x, y):
        model = boosted(max_depth=4, n_estimators=150, learning_rate=.07, subsample=.8, colsample_bytree=.6, min_child_weight=5)
        scores[hold] = model.fit(x[learn], y[learn]).predict_proba(x[hold])[:, 1]
    return scores[seeds:]


PEERS = {
    "xgboost": in_sample(boosted),
    "xgboost tuned": tuned,
    "xgboost crossfit 5x5": cross_fitted(lambda: boosted(max_depth=4, n_estimators=150, learning_rate=.07, subsample=.8,
                                                         colsample_bytree=.6, min_child_weight=5), bags=5),
    "lightgbm": in_sample(lambda: lightgbm.LGBMClassifier(n_jobs=1, verbose=-1)),
    "logistic": in_sample(lambda: LogisticRegression(max_iter=1000)),
    "logistic crossfit": cross_fitted(lambda: LogisticRegression(max_iter=1000)),
    "random forest": in_sample(lambda: RandomForestClassifier(300, n_jobs=1, random_state=1)),
    "centroid": centroid,
    "neighbours": neighbours,
    "bagging pu": bagging_pu,
    "elkan-noto": elkan_noto,
}
