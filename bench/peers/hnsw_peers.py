#!/usr/bin/env python3
"""Our graph index beside hnswlib, faiss and usearch, on one thread, in turns.

hnsw_peers.py [--rows 1000000] [--queries 2000] [--program build/release/bench/peers/hnsw_ours] [--json FILE]
              [--base FILE.f32 --held-out FILE.f32 --dimension N] [--keep FOLDER] [--clock cpu] [--threads 1]

Every index is built with the same degree (16, 32 on the base level) and breadth (200), by default on all cores. For each
recall@10 wanted, the least breadth of search that reaches it is looked for; then the indexes answer all queries one after
the other, for some rounds, and the medians are told, with the ratio of ours to each within a round. Sizes are those of
the index as written: of the peers with their rows, of ours codes and links (its fp32 rows are mapped apart).

The data: 300 clusters of 24 intrinsic dimensions in 128, a tenth of noise, unit length, seeded, queries held out; or rows
of one's own, as raw fp32 of unit length. Needs hnsw_requirements.txt; what is missing is told and left out.
"""

import argparse
import importlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

import numpy

K = 10
DEGREE = 16
BREADTH = 200
RECALLS = (0.95, 0.99)
SHARES = {0.5: 1 / 2, 0.1: 1 / 5, 0.01: 1 / 10}  # of rows that pass: of the unfiltered rate that is wanted
BREADTHS = sorted({round(10 * 1.09 ** step) for step in range(56)})
CHUNK = 50_000


def note(*parts):
    print(*parts, file=sys.stderr, flush=True)


def generate(rows, seed, dimension=128, clusters=300, intrinsic=24):
    shape = numpy.random.default_rng(7)
    centres = shape.standard_normal((clusters, dimension), dtype=numpy.float32)
    axes = shape.standard_normal((clusters, intrinsic, dimension), dtype=numpy.float32) / intrinsic ** 0.5
    random = numpy.random.default_rng(seed)
    out = numpy.empty((rows, dimension), numpy.float32)
    for begin in range(0, rows, CHUNK):
        part = out[begin:begin + CHUNK]
        cluster = random.integers(0, clusters, len(part))
        part[:] = centres[cluster] + 0.1 * random.standard_normal(part.shape, dtype=numpy.float32)
        weights = random.standard_normal((len(part), intrinsic), dtype=numpy.float32)
        for each in range(clusters):
            mine = cluster == each
            part[mine] += weights[mine] @ axes[each]
    return out / numpy.linalg.norm(out, axis=1, keepdims=True)


def nearest(base, queries, passing=None):
    """The exact answer; rows that do not pass are never in it."""
    rows = numpy.arange(len(base)) if passing is None else numpy.flatnonzero(passing)
    best = [numpy.empty((len(queries), 0))] * 2
    for begin in range(0, len(rows), CHUNK):
        part = rows[begin:begin + CHUNK]
        scores = queries @ base[part].T
        top = numpy.argpartition(-scores, min(K, len(part)) - 1, axis=1)[:, :K]
        merged = numpy.hstack([best[0], numpy.take_along_axis(scores, top, 1)])
        ids = numpy.hstack([best[1], part[top]])
        order = numpy.argsort(-merged, axis=1)[:, :K]
        best = [numpy.take_along_axis(merged, order, 1), numpy.take_along_axis(ids, order, 1)]
    return best[1].astype(numpy.int64)


def recall(found, truth):
    return float(numpy.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), truth.tolist())]))


class Timed:
    """Wall and CPU seconds of what runs inside."""

    def __enter__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


class Hnswlib:
    def __init__(self, dimension):
        module = importlib.import_module("hnswlib")
        self.index = module.Index(space="ip", dim=dimension)

    def build(self, base, threads):
        self.index.init_index(max_elements=len(base), M=DEGREE, ef_construction=BREADTH)
        self.index.add_items(base, num_threads=threads)

    def save(self, file):
        self.index.save_index(str(file))

    def load(self, file):
        self.index.load_index(str(file))

    def search(self, queries, breadth):
        self.index.set_ef(breadth)
        with Timed() as timed:
            found, _ = self.index.knn_query(queries, K, num_threads=1)
        return found, timed


class Faiss:
    def __init__(self, dimension, kind):
        self.faiss = importlib.import_module("faiss")
        inner = self.faiss.METRIC_INNER_PRODUCT
        if kind == "fp32":
            self.index = self.faiss.IndexHNSWFlat(dimension, DEGREE, inner)
        else:
            coding = self.faiss.ScalarQuantizer.QT_8bit
            self.index = self.faiss.IndexHNSWSQ(dimension, coding, DEGREE, inner)

    def build(self, base, threads):
        self.index.hnsw.efConstruction = BREADTH
        self.faiss.omp_set_num_threads(threads)
        self.index.train(base)
        self.index.add(base)

    def save(self, file):
        self.faiss.write_index(self.index, str(file))

    def load(self, file):
        self.index = self.faiss.read_index(str(file))

    def search(self, queries, breadth):
        self.faiss.omp_set_num_threads(1)
        self.index.hnsw.efSearch = breadth
        with Timed() as timed:
            _, found = self.index.search(queries, K)
        return found, timed


class FaissRanked:
    """The candidates of another faiss index, compared again by their fp32 rows."""

    def __init__(self, candidates, base):
        self.candidates = candidates
        self.index = candidates.faiss.IndexRefineFlat(candidates.index, candidates.faiss.swig_ptr(base))
        self.index.k_factor = 2

    def search(self, queries, breadth):
        self.candidates.faiss.omp_set_num_threads(1)
        self.candidates.index.hnsw.efSearch = breadth
        with Timed() as timed:
            _, found = self.index.search(queries, K)
        return found, timed


class Usearch:
    def __init__(self, dimension, kind):
        module = importlib.import_module("usearch.index")
        self.index = module.Index(ndim=dimension, metric="cos", dtype=kind, connectivity=DEGREE,
                                  expansion_add=BREADTH)

    def build(self, base, threads):
        self.index.add(numpy.arange(len(base)), base, threads=threads)

    def save(self, file):
        self.index.save(str(file))

    def load(self, file):
        self.index.load(str(file))

    def search(self, queries, breadth):
        self.index.expansion_search = breadth
        with Timed() as timed:
            found = self.index.search(queries, K, threads=1).keys
        return numpy.asarray(found).astype(numpy.int64), timed


class Ours:
    def __init__(self, program, base_file, queries_file, dimension, threads, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [program, base_file, queries_file, str(dimension), "cosine", str(threads), folder, str(2 * DEGREE),
             str(BREADTH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.built = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("hnsw_peers: our program ended early")
        return json.loads(line)

    def search(self, _, breadth, passing="-"):
        out = self.folder / "found.u32"
        self.process.stdin.write(f"{breadth} {K} {passing} {out}\n")
        answer = self.read()
        timed = Timed()
        timed.wall, timed.cpu = answer["seconds"], answer["cpu_seconds"]
        return numpy.fromfile(out, numpy.uint32).reshape(-1, K).astype(numpy.int64), timed

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def least_breadth(index, queries, truth, wanted):
    """The first breadth that reaches the recall, by bisection; None when none does."""
    low, high = 0, len(BREADTHS)
    while low < high:
        middle = (low + high) // 2
        if recall(index.search(queries, BREADTHS[middle])[0], truth) >= wanted:
            high = middle
        else:
            low = middle + 1
    return BREADTHS[low] if low < len(BREADTHS) else None


def in_turns(runs, rounds):
    """name → (seconds of wall, of CPU) of each round."""
    seconds = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            timed = run()
            seconds[name].append((timed.wall, timed.cpu))
    return seconds


def compare(indexes, queries, truth, wanted, rounds, clock):
    breadths = {name: least_breadth(index, queries, truth, wanted) for name, index in indexes.items()}
    reached = {name: breadth for name, breadth in breadths.items() if breadth}
    seconds = in_turns({name: lambda name=name: indexes[name].search(queries, reached[name])[1] for name in reached},
                       rounds)
    rows = []
    for name, breadth in breadths.items():
        row = {"index": name, "recall_wanted": wanted, "breadth": breadth}
        if breadth:
            row["recall"] = round(recall(indexes[name].search(queries, breadth)[0], truth), 4)
            row["queries_per_second"] = round(len(queries) / statistics.median(s[clock] for s in seconds[name]))
            if "ours" in reached:
                ratios = [theirs[clock] / ours[clock] for theirs, ours in zip(seconds[name], seconds["ours"])]
                row["ours_over_it"] = round(statistics.median(ratios), 2)
        rows.append(row)
        note(json.dumps(row))
    return rows


def filtered(ours, base, queries, folder, breadth, rounds, clock):
    rows = []
    for share, wanted in SHARES.items():
        passing = numpy.random.default_rng(11).random(len(base)) < share
        path = folder / "passing.u8"
        passing.astype(numpy.uint8).tofile(path)
        truth = nearest(base, queries, passing)
        seconds = in_turns({
            "unfiltered": lambda: ours.search(queries, breadth)[1],
            "filtered": lambda: ours.search(queries, breadth, path)[1],
            "exact": lambda: ours.search(queries, 0, path)[1],
        }, rounds)
        rate = {name: len(queries) / statistics.median(s[clock] for s in each) for name, each in seconds.items()}
        rows.append({
            "passing": share, "breadth": breadth,
            "recall": round(recall(ours.search(queries, breadth, path)[0], truth), 4),
            "queries_per_second": round(rate["filtered"]),
            "of_the_unfiltered_rate": round(rate["filtered"] / rate["unfiltered"], 3),
            "wanted": round(wanted, 3),
            "over_the_filtered_exact_scan": round(rate["filtered"] / rate["exact"], 2),
        })
        note(json.dumps(rows[-1]))
    return rows


def build_peers(base, threads, folder, wanted):
    """Yields name, index and what its build took; indexes lie in the folder, and are taken from there when they do."""
    kinds = {
        "hnswlib fp32": lambda: Hnswlib(base.shape[1]),
        "faiss fp32": lambda: Faiss(base.shape[1], "fp32"),
        "faiss int8": lambda: Faiss(base.shape[1], "int8"),
        "usearch fp32": lambda: Usearch(base.shape[1], "f32"),
        "usearch int8": lambda: Usearch(base.shape[1], "i8"),
    }
    for name, make in kinds.items():
        if wanted and name not in wanted:
            continue
        try:
            index = make()
        except ImportError as error:
            note(f"{name}: left out, {error}")
            continue
        file, told = folder / f"{name}.index", folder / f"{name}.json"
        if told.exists():
            index.load(file)
        else:
            with Timed() as timed:
                index.build(base, threads)
            index.save(file)
            told.write_text(json.dumps({"index": name, "threads": threads, "seconds": round(timed.wall, 2),
                                        "cpu_seconds": round(timed.cpu, 2), "bytes": file.stat().st_size}))
        yield name, index, json.loads(told.read_text())
        if name == "faiss int8":
            yield "faiss int8, re-ranked", FaissRanked(index, base), None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the builds")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu where others use the machine")
    parser.add_argument("--program", type=pathlib.Path, default="build/release/bench/peers/hnsw_ours")
    parser.add_argument("--base", type=pathlib.Path, help="raw fp32 rows of unit length, instead of made ones")
    parser.add_argument("--held-out", type=pathlib.Path, help="raw fp32 queries")
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--peers", type=lambda text: text.split(","), help="some alone: 'hnswlib fp32,usearch int8'")
    parser.add_argument("--keep", type=pathlib.Path, help="where peers' indexes stay for the next time")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    clock = ("wall", "cpu").index(arguments.clock)

    with tempfile.TemporaryDirectory(prefix="hnsw-peers-") as name:
        folder = pathlib.Path(name)
        files = [folder / "base.f32", folder / "queries.f32"]
        if arguments.base:
            base, queries = (numpy.fromfile(path, numpy.float32).reshape(-1, arguments.dimension)
                             for path in (arguments.base, arguments.held_out))
        else:
            base, queries = generate(arguments.rows, 8), generate(arguments.queries, 9)
        base.tofile(files[0])
        queries.tofile(files[1])
        truth = nearest(base, queries)
        ours = Ours(arguments.program, *files, base.shape[1], arguments.threads, folder)
        indexes = {"ours": ours}
        builds = [{"index": "ours", "seconds": ours.built["build_seconds"],
                   "cpu_seconds": ours.built["build_cpu_seconds"], "bytes": ours.built["bytes"]}]
        note(json.dumps(builds[0]))
        kept = (arguments.keep or folder) / f"{zlib.crc32(base):08x}"
        kept.mkdir(parents=True, exist_ok=True)
        for name, index, build in build_peers(base, arguments.threads, kept, arguments.peers):
            indexes[name] = index
            if build:
                builds.append(build)
                note(json.dumps(build))
        speeds = [row for wanted in RECALLS
                  for row in compare(indexes, queries, truth, wanted, arguments.rounds, clock)]
        breadth = speeds[0]["breadth"]
        filters = filtered(ours, base, queries, folder, breadth, arguments.rounds, clock) if breadth else []
        ours.close()

    report = {"rows": len(base), "dimension": base.shape[1], "queries": len(queries), "k": K, "degree": DEGREE,
              "breadth": BREADTH, "clock": arguments.clock, "builds": builds, "searches": speeds, "filtered": filters}
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    else:
        print(json.dumps(report))


if __name__ == "__main__":
    main()
