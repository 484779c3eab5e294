#!/usr/bin/env python3
"""Recommenders of others on a split that `bookreco split` wrote, beside ours, by one measure.

evaluate_implicit.py SPLIT [--models als,bm25,cosine,ease] [--ours LISTS_FOLDER] [--budget SECONDS] [--json]

SPLIT holds train.csv, test.csv and, where test readers are unknown to training, fold_in.csv. Each peer is tuned on a cut of
the training data by random search within the budget, fitted on all of it, and asked for 100 books per test reader. --ours
takes the lists that `bookreco evaluate --lists FOLDER` wrote for the same split: they are measured here, by the same code,
and compared with each peer by a paired bootstrap over readers. Metrics are computed here with NumPy alone, so that they also
check ours.
"""

import argparse
import csv
import json
import os
import pathlib
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count()))

import numpy
import scipy.sparse
from threadpoolctl import threadpool_limits

DEPTH = 100
CUTS = (20, 50, 100)


def read_pairs(path):
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = csv.reader(file)
        header = next(rows)
        reader, item = header.index("reader"), header.index("item")
        return [(row[reader], row[item]) for row in rows]


def read_lists(path, readers, items):
    """Our lists, reader by rank: an array of item numbers, -1 where a list is shorter."""
    lists = numpy.full((len(readers), DEPTH), -1, numpy.int64)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        next(file)
        for line in file:
            reader, rank, item, _ = line.rstrip("\n").split("\t")
            if int(rank) <= DEPTH:
                lists[readers[reader], int(rank) - 1] = items[item]
    return lists


class Split:
    """Matrices over the same readers and items; `tested` are the rows with something to find."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        pairs = {name: read_pairs(folder / f"{name}.csv") if (folder / f"{name}.csv").exists() else []
                 for name in ("train", "fold_in", "test")}
        everything = [pair for part in pairs.values() for pair in part]
        self.readers = {name: i for i, name in enumerate(sorted({reader for reader, _ in everything}))}
        self.items = {name: i for i, name in enumerate(sorted({item for _, item in everything}))}
        matrices = {name: self.matrix(part) for name, part in pairs.items()}
        self.train = matrices["train"]
        self.strangers = bool(pairs["fold_in"])
        self.history = binary(matrices["train"] + matrices["fold_in"])
        test = matrices["test"] - matrices["test"].multiply(self.history)
        test.eliminate_zeros()
        self.test = test.tocsr()
        self.tested = numpy.flatnonzero(numpy.diff(self.test.indptr))

    def matrix(self, pairs):
        rows = [self.readers[reader] for reader, _ in pairs]
        columns = [self.items[item] for _, item in pairs]
        shape = (len(self.readers), len(self.items))
        return binary(scipy.sparse.csr_matrix((numpy.ones(len(rows), numpy.float32), (rows, columns)), shape))


def binary(matrix):
    matrix = matrix.tocsr()
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def cut_for_validation(train, strangers, seed):
    """A training matrix, histories and what is to be found, from the training data alone."""
    random = numpy.random.default_rng(seed)
    counts = numpy.diff(train.indptr)
    eligible = numpy.flatnonzero(counts >= 5)
    most = len(eligible) // 10 if strangers else len(eligible)
    chosen = random.permutation(eligible)[:max(1, min(most, 2500))]
    held = numpy.zeros(train.nnz, bool)
    for reader in chosen:
        own = numpy.arange(train.indptr[reader], train.indptr[reader + 1])
        held[random.permutation(own)[:max(1, len(own) // 5)]] = True
    rows = numpy.repeat(numpy.arange(train.shape[0]), counts)

    def part(mask):
        return scipy.sparse.csr_matrix((numpy.ones(mask.sum(), numpy.float32), (rows[mask], train.indices[mask])), train.shape)

    history = part(~held)
    learnt = part(~held & ~numpy.isin(rows, chosen)) if strangers else history
    return learnt, history, part(held), numpy.sort(chosen)


def gains_of(lists, test, tested):
    """Which of the recommended items were read, and how many there were to find."""
    found = numpy.zeros(lists.shape, bool)
    for row, reader in enumerate(tested):
        relevant = test.indices[test.indptr[reader]:test.indptr[reader + 1]]
        found[row] = numpy.isin(lists[row], relevant)
    return found, numpy.diff(test.indptr)[tested]


def metrics_of(lists, test, tested):
    """By name, one number for each tested reader."""
    found, relevant = gains_of(lists, test, tested)
    discounts = 1 / numpy.log2(numpy.arange(DEPTH) + 2)
    ideal = numpy.concatenate([[0], numpy.cumsum(discounts)])
    out = {}
    for k in CUTS:
        hits = found[:, :k].sum(1)
        out[f"recall@{k}"] = hits / relevant
        out[f"precision-recall@{k}"] = hits / numpy.minimum(relevant, k)
        out[f"ndcg@{k}"] = found[:, :k] @ discounts[:k] / ideal[numpy.minimum(relevant, k)]
    return out


def spread_of(lists, items, k=20):
    """Coverage and Gini of the first k places."""
    shown = lists[:, :k]
    counts = numpy.sort(numpy.bincount(shown[shown >= 0], minlength=items)).astype(float)
    ranks = 2 * numpy.arange(items) + 1 - items
    return {f"coverage@{k}": (counts > 0).mean(), f"gini@{k}": (ranks * counts).sum() / (items * counts.sum())}


def top_lists(scores, history):
    """The DEPTH best of dense scores, but for what is known; of equals the lower item first."""
    scores[history.nonzero()] = -numpy.inf
    order = numpy.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    order[~numpy.isfinite(numpy.take_along_axis(scores, order, 1))] = -1
    return order


class Ease:
    """EASE (Steck 2019) as its paper writes it."""

    grid = {"lambda": [20, 50, 100, 125, 200, 300, 500, 800]}

    def __init__(self, settings, _seed):
        self.settings = settings

    def fit(self, train):
        gram = (train.T @ train).toarray().astype(numpy.float64)
        gram[numpy.diag_indices_from(gram)] += self.settings["lambda"]
        inverse = numpy.linalg.inv(gram)
        self.weights = (inverse / -numpy.diag(inverse)).astype(numpy.float32)
        numpy.fill_diagonal(self.weights, 0)

    def lists(self, readers, history):
        out = [top_lists(numpy.asarray(history[block] @ self.weights), history[block])
               for block in numpy.array_split(readers, max(1, len(readers) // 500))]
        return numpy.vstack(out)


class OfImplicit:
    """A model of the library `implicit`; subclasses say which."""

    recalculate = False

    def __init__(self, settings, seed):
        self.settings = settings
        self.seed = seed

    def fit(self, train):
        self.model = self.create()
        with threadpool_limits(1, "blas"):  # as its documentation asks: it has threads of its own
            self.model.fit(train, show_progress=False)

    def lists(self, readers, history):
        told = history[readers]
        extra = {"recalculate_user": True} if self.recalculate else {}
        with threadpool_limits(1, "blas"):
            ids, scores = self.model.recommend(numpy.arange(len(readers)), told, N=DEPTH, filter_already_liked_items=True, **extra)
        ids = ids.astype(numpy.int64)
        ids[~(scores > numpy.finfo(numpy.float32).min)] = -1
        return ids


class Als(OfImplicit):
    recalculate = True
    grid = {"factors": [64, 128, 256], "regularization": [0.01, 0.1, 1, 3, 10, 30, 100], "alpha": [1, 2, 5, 10, 20, 40],
            "iterations": [10, 15, 20]}

    def create(self):
        from implicit.cpu.als import AlternatingLeastSquares
        return AlternatingLeastSquares(random_state=self.seed, **self.settings)


class Bm25(OfImplicit):
    grid = {"K": [20, 50, 100, 200, 500, 1000], "K1": [0.1, 0.3, 0.6, 1.2, 2.5, 5, 10, 50], "B": [0, 0.1, 0.25, 0.5, 0.75, 1]}

    def create(self):
        from implicit.nearest_neighbours import BM25Recommender
        return BM25Recommender(**self.settings)


class Cosine(OfImplicit):
    grid = {"K": [20, 50, 100, 200, 500, 1000]}

    def create(self):
        from implicit.nearest_neighbours import CosineRecommender
        return CosineRecommender(**self.settings)


PEERS = {"als": Als, "bm25": Bm25, "cosine": Cosine, "ease": Ease}


def tune(kind, split, budget, seed):
    """The settings that find most on a cut of the training data: random search over the peer's grid."""
    learnt, history, test, readers = cut_for_validation(split.train, split.strangers, seed)
    random = numpy.random.default_rng(seed)
    combinations = numpy.array(numpy.meshgrid(*kind.grid.values(), indexing="ij"), dtype=object).reshape(len(kind.grid), -1).T
    best, best_score, trials, start = None, -1.0, 0, time.monotonic()
    for combination in random.permutation(combinations):
        if trials and time.monotonic() - start > budget:
            break
        settings = dict(zip(kind.grid, combination))
        peer = kind(settings, seed)
        peer.fit(learnt)
        found = metrics_of(peer.lists(readers, history), test, readers)
        score = (found["recall@20"].mean() + found["ndcg@100"].mean()) / 2
        trials += 1
        print(f"  {kind.__name__:<8}{score:.4f}  {settings}", file=sys.stderr)
        if score > best_score:
            best, best_score = settings, score
    return best, trials


def paired(ours, theirs, resamples=2000, seed=1):
    """Mean difference, and the middle 95 % of it over resampled readers."""
    difference = ours - theirs
    random = numpy.random.default_rng(seed)
    means = [difference[random.integers(0, len(difference), len(difference))].mean() for _ in range(resamples)]
    low, high = numpy.quantile(means, [0.025, 0.975])
    return {"mean": float(difference.mean()), "low": float(low), "high": float(high)}


def measure(name, lists, split, facts):
    columns = metrics_of(lists, split.test, split.tested)
    row = {"name": name, **facts, "metrics": {key: float(column.mean()) for key, column in columns.items()}}
    row["metrics"].update({key: float(value) for key, value in spread_of(lists, len(split.items)).items()})
    print(f"{name:<14}" + "  ".join(f"{key} {row['metrics'][key]:.4f}"
                                    for key in ("recall@20", "recall@50", "ndcg@20", "ndcg@100", "coverage@20", "gini@20"))
          + (f"  fit {facts['fit_seconds']:.1f} s" if "fit_seconds" in facts else ""), file=sys.stderr)
    return row, columns


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", help="a folder that `bookreco split` wrote")
    parser.add_argument("--models", default="als,bm25,ease", help="peers to run, of " + ", ".join(PEERS))
    parser.add_argument("--ours", help="folder of lists that `bookreco evaluate --lists` wrote")
    parser.add_argument("--budget", type=float, default=300, help="seconds to tune each peer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settings", type=json.loads, default={}, help='skip tuning: {"ease": {"lambda": 125}}')
    parser.add_argument("--json", action="store_true", help="answer as JSON on standard output")
    arguments = parser.parse_args()

    split = Split(arguments.split)
    rows, columns = [], {}
    for name in arguments.models.split(","):
        settings, trials = arguments.settings.get(name), 0
        if settings is None:
            settings, trials = tune(PEERS[name], split, arguments.budget, arguments.seed)
        peer = PEERS[name](settings, arguments.seed)
        wall, cpu = time.perf_counter(), time.process_time()
        peer.fit(split.train)
        facts = {"settings": {key: value for key, value in settings.items()}, "trials": trials,
                 "fit_seconds": time.perf_counter() - wall, "fit_cpu_seconds": time.process_time() - cpu}
        lists = peer.lists(split.tested, split.history)
        row, columns[name] = measure(name, lists, split, facts)
        rows.append(row)
    comparisons = []
    places = {name: i for i, name in enumerate(split.readers)}
    for path in sorted(pathlib.Path(arguments.ours).glob("*.tsv")) if arguments.ours else []:
        name = "our " + path.stem
        row, own = measure(name, read_lists(path, places, split.items)[split.tested], split, {})
        rows.append(row)
        for peer, theirs in columns.items():
            for metric in ("recall@20", "recall@50", "ndcg@20", "ndcg@100"):
                found = paired(own[metric], theirs[metric])
                comparisons.append({"ours": name, "peer": peer, "metric": metric, **found})
                verdict = "better" if found["low"] > 0 else "worse" if found["high"] < 0 else "no difference shown"
                print(f"  {name} - {peer:<7}{metric:<10}{found['mean']:+.4f} [{found['low']:+.4f}, {found['high']:+.4f}]  {verdict}",
                      file=sys.stderr)
    if arguments.json:
        print(json.dumps({"readers": len(split.tested), "items": len(split.items), "models": rows, "comparisons": comparisons},
                         default=lambda value: value.item()))


if __name__ == "__main__":
    main()
