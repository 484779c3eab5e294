#!/usr/bin/env python3
"""Gorse beside ours on goodbooks-10k: its operations by name over REST, what its lists are worth, how soon they change.

gorse_peers.py --ratings ratings.csv --books books.csv [--program build/bookreco] [--work build/gorse] [--json FILE]
               [--part learn|serve]

Gorse (gorse-in-one, data and cache in SQLite) is built from its module in the work folder; needs Go, and numpy, scipy and
threadpoolctl of requirements-recommenders.txt. Both serve the same readers: those of a split whose test readers' histories
are told before anything is learnt, as Gorse's factorisation cannot take in strangers.

learn: Gorse makes its lists ahead, in rounds. The first round and the search for hyper-parameters after it are timed, then a
second round by what was found, for the test readers. serve, on what learn left: Gorse starts again without the search, so that
it rests; operations go to both over one kept connection, in turns. CPU is of the server's process.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time
from datetime import datetime, timezone
from urllib.parse import quote

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import evaluate_implicit
import measure

MODULE = "github.com/gorse-io/gorse"
VERSION = "v0.5.11"
DEPTH = 100
BATCH = 1000
LEARNT, SEARCHED = "Generate recommendation", "Optimize Collaborative Filtering Model"
PATIENCE = 15 * 60  # seconds that a round may take, and a search after it

CONFIG = """
[database]
data_store = "sqlite://{folder}/data.sqlite?_pragma=synchronous(normal)"
cache_store = "sqlite://{folder}/cache.sqlite?_pragma=synchronous(normal)"
[master]
host = "127.0.0.1"
port = {grpc}
http_host = "127.0.0.1"
http_port = {http}
n_jobs = {jobs}
[recommend.data_source]
positive_feedback_types = ["like"]
[[recommend.item-to-item]]
name = "readers"
type = "users"
[recommend.collaborative]
type = "mf"
optimize_period = "{search}"
[recommend.collaborative.early_stopping]
patience = 10
[recommend.ranker]
type = "llm"  # no model is named, so candidates keep their order, and answers come from the lists made ahead
recommenders = ["collaborative"]
[recommend.fallback]
recommenders = ["item-to-item/readers"]
[blob]
uri = "{folder}/blob"
"""

# Where Gorse's web pages cannot be had: one empty page.
NO_PAGES = {
    "go.mod": "module github.com/gorse-io/dashboard\n\ngo 1.26\n\nrequire github.com/rakyll/statik v0.1.8\n",
    "dashboard.go": """package dashboard

import (
	"archive/zip"
	"bytes"

	"github.com/rakyll/statik/fs"
)

func init() {
	var pages bytes.Buffer
	writer := zip.NewWriter(&pages)
	if _, err := writer.Create("index.html"); err != nil {
		panic(err)
	}
	writer.Close()
	fs.Register(pages.String())
}
""",
}


def note(*parts):
    print(*parts, file=sys.stderr, flush=True)


def build_gorse(work):
    """The program, and what it was built without."""
    program, told = work / "gorse-in-one", work / "build.txt"
    if program.exists() and told.exists():
        return program, told.read_text()
    work.mkdir(parents=True, exist_ok=True)
    found = subprocess.run(["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"], cwd=work, capture_output=True, text=True)
    if found.returncode:
        measure.fail(f"{MODULE}@{VERSION} cannot be had: {found.stderr or found.stdout}")
    source = work / "src"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(json.loads(found.stdout)["Dir"], source, copy_function=shutil.copyfile)
    for folder in (source, *source.rglob("*/")):  # modules are kept read-only
        folder.chmod(0o755)
    build = ["go", "build", "-buildvcs=false", "-mod=mod", "-o", str(program), "./cmd/gorse-in-one"]
    without = "as it is"
    if subprocess.run(build, cwd=source).returncode:
        for name, text in NO_PAGES.items():
            (work / "dashboard").mkdir(exist_ok=True)
            (work / "dashboard" / name).write_text(text)
        subprocess.run(["go", "mod", "edit", "-dropreplace=gorm.io/driver/sqlite@v1.6.0",
                        "-replace=github.com/gorse-io/dashboard=../dashboard"], cwd=source, check=True)
        subprocess.run(build, cwd=source, check=True)
        without = "without its web pages, with gorm's own dialect of SQLite: its modules for them could not be had"
    told.write_text(without)
    return program, without


class Client:
    """One kept connection; times of requests in seconds."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

    def ask(self, method, path, body=None, media_type="application/json"):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        start = time.perf_counter()
        self.connection.request(method, path, data, {"Content-Type": media_type} if data else {})
        answer = self.connection.getresponse()
        raw = answer.read()
        self.seconds = time.perf_counter() - start
        if answer.status not in (200, 201):
            measure.fail(f"{self.server.name}: {method} {path}: HTTP {answer.status}: {raw[:300]!r}")
        return json.loads(raw)


class Gorse(Client):
    name = "Gorse"

    @staticmethod
    def like(reader, item):
        return {"FeedbackType": "like", "UserId": reader, "ItemId": item,
                "Timestamp": datetime.now(timezone.utc).isoformat()}

    def tell(self, pairs):
        return self.ask("POST", "/api/feedback", [self.like(*pair) for pair in pairs])

    def change(self, reader, item):
        return self.ask("PUT", "/api/feedback", [self.like(reader, item)])

    def recommend(self, reader, n):
        return self.ask("GET", f"/api/recommend/{reader}?n={n}")

    def beside(self, item, n):
        return self.ask("GET", f"/api/item-to-item/readers/{item}?n={n}")

    def learnt(self, reader):
        return [one["Id"] for one in self.ask("GET", f"/api/collaborative-filtering/{reader}?n={DEPTH}")]

    def from_neighbours(self, reader):
        path = f"/api/dashboard/recommend/{reader}/item-to-item/readers?n={DEPTH}"
        return [one["ItemId"] for one in self.ask("GET", path)]

    def round(self, pair):
        """Starts a round, by the import of one row, and waits for its lists."""
        started = time.time()
        row = json.dumps(self.like(*pair))
        body = ("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" + row + "\r\n--x--\r\n").encode()
        busy = measure.process_seconds(self.server.process.pid)
        self.ask("POST", "/api/bulk/feedback", body, "multipart/form-data; boundary=x")
        return self.wait_for(LEARNT, started, busy)

    def took(self, since):
        """Seconds of each task that began since then and has ended."""
        at = lambda text: datetime.fromisoformat(text).timestamp()
        return {one["Name"]: round(at(one["FinishTime"]) - at(one["StartTime"]), 1)
                for one in self.ask("GET", "/api/dashboard/tasks")
                if at(one["StartTime"]) >= since and one["Status"] == "Complete"}

    def wait_for(self, task, since, busy):
        """What it took since then; None when patience ends first."""
        asked = time.time()
        while time.time() - asked < PATIENCE:
            for one in self.ask("GET", "/api/dashboard/tasks"):
                begun = datetime.fromisoformat(one["StartTime"]).timestamp()
                if one["Name"] == task and begun >= since and one["Status"] != "Running":
                    if one["Status"] != "Complete":
                        measure.fail(f"Gorse: {task}: {one['Error']}")
                    return {"seconds": round(time.time() - since, 1),
                            "cpu_seconds": round(measure.process_seconds(self.server.process.pid) - busy, 1),
                            "of it": self.took(since)}
            time.sleep(0.5)
        note(f"Gorse: {task} is not done after {PATIENCE} s")
        return None


class Ours(Client):
    name = "ours"

    def __init__(self, server, books):
        super().__init__(server)
        self.books = books

    def tell(self, pairs):
        return self.ask("POST", "/v1/interactions", [
            {"reader": f"goodbooks-{reader}", "book": self.books[item], "kind": "loved"} for reader, item in pairs])

    def change(self, reader, book):
        return self.ask("PUT", f"/v1/readers/goodbooks-{reader}/library/{quote(book, safe='')}", {"kind": "loved"})

    def recommend(self, reader, n):
        answer = self.ask("GET", f"/v1/readers/goodbooks-{reader}/recommendations?k={n}")
        return [one["book"]["id"] for one in answer["books"]]

    def beside(self, item, n):
        return self.ask("GET", f"/v1/books/{quote(self.books[item], safe='')}/also-loved?k={n}")["books"]


def write_lists(path, lists):
    with path.open("w", encoding="utf-8") as file:
        file.write("reader\trank\titem\tscore\n")
        for reader, items in lists.items():
            for rank, item in enumerate(items, 1):
                file.write(f"{reader}\t{rank}\t{item}\t{-rank}\n")


def start_ours(arguments, pairs, work):
    """A data folder with the same readers, fitted: seconds of each step, and our id of each item."""
    data = work / "ours"
    shutil.rmtree(data, ignore_errors=True)
    file, report = work / "readers.csv", work / "import.jsonl"
    with file.open("w") as out:
        out.write("user_id,book_id,rating\n")
        out.writelines(f"{reader},{item},5\n" for reader, item in pairs)
    program = [arguments.program, "--data", data, "--quiet"]
    steps = {"ingest": ["ingest", arguments.books],
             "import": ["readers", "import", "--report", report, arguments.books, file],
             "fit": ["fit"]}
    told = {}
    for name, command in steps.items():
        told[name], _ = measure.run_measured([*program, *command])
        note(f"ours, {name}: {told[name]}")
    total = {key: round(sum(step[key] for step in told.values()), 1) for key in ("wall_seconds", "cpu_seconds")}
    books = ids_of(report, file, pairs)
    return data, books, {**total, "peak_resident_mb": max(step["peak_resident_mb"] for step in told.values())}


def ids_of(report, file, pairs):
    """Our id of each item, by the report of the import."""
    books = {}
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("book") and row["file"] == str(file) and row["outcome"] != "refused":
                books.setdefault(pairs[row["row"] - 2][1], row["book"])
    return books


def in_turns(both, operations, rounds):
    """Median milliseconds and CPU milliseconds of each operation, on both."""
    out = {}
    for name, (calls, run) in operations.items():
        times, cpu = {one.name: [] for one in both}, {one.name: 0 for one in both}
        for number in range(rounds):
            part = calls[number * len(calls) // rounds:(number + 1) * len(calls) // rounds]
            for one in both:
                busy = measure.process_seconds(one.server.process.pid)
                for call in part:
                    run(one, call)
                    times[one.name].append(one.seconds)
                cpu[one.name] += measure.process_seconds(one.server.process.pid) - busy
        out[name] = {one: {"ms": round(1e3 * measure.median(times[one]), 2),
                           "p99 ms": round(1e3 * sorted(times[one])[int(0.99 * len(calls))], 2),
                           "cpu ms": round(1e3 * cpu[one] / len(calls), 2)} for one in times}
        note(name, json.dumps(out[name]))
    return out


def after_a_grade(one, readers):
    """From sending a grade of the first of 20 books to 10 without it; how many of these answers name a book that is new."""
    times, learnt = [], 0
    for reader in readers:
        before = one.recommend(reader, 20)
        start = time.perf_counter()
        one.change(reader, before[0])
        after = one.recommend(reader, 10)
        times.append(time.perf_counter() - start)
        if before[0] in after:
            measure.fail(f"{one.name}: {reader}: the graded book is still there")
        learnt += not set(after) <= set(before)
    return {"ms": round(1e3 * measure.median(times), 2), "answers with a new book": f"{learnt} of {len(readers)}"}


class Readers:
    """Who is told of: pairs of reader and item; strangers are the test readers, of whom the fold-in alone is told."""

    def __init__(self, folder):
        told = {name: evaluate_implicit.read_pairs(folder / f"{name}.csv") for name in ("train", "fold_in")}
        self.fold_in = told["fold_in"]
        self.pairs = told["train"] + told["fold_in"]
        self.known = sorted({reader for reader, _ in told["train"]})
        self.strangers = sorted({reader for reader, _ in told["fold_in"]})
        self.split = evaluate_implicit.Split(folder)
        self.split.items = collections.defaultdict(lambda: -1, self.split.items)  # a book without readers may be recommended

    def score(self, work, name, lists):
        file = work / (name.replace(",", "").replace(" ", "-") + ".tsv")
        write_lists(file, lists)
        ranked = evaluate_implicit.read_lists(file, self.split.readers, self.split.items)[self.split.tested]
        figures = evaluate_implicit.metrics_of(ranked, self.split.test, self.split.tested)
        out = {metric: round(float(figures[metric].mean()), 4) for metric in ("recall@20", "recall@50", "ndcg@100")}
        note(name, json.dumps(out))
        return out


def start_gorse(program, folder, search):
    grpc, port = measure.free_port(), measure.free_port()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, grpc=grpc, http=port, jobs=os.cpu_count(), search=search))
    return measure.Server("gorse", [program, "--config", config, "--cache-path", folder], port, "/api/health/live", core=None)


def tell_all(gorse, readers):
    start, busy = time.time(), measure.process_seconds(gorse.server.process.pid)
    for begin in range(0, len(readers.pairs), BATCH):
        gorse.tell(readers.pairs[begin:begin + BATCH])
    return {"seconds": round(time.time() - start, 1),
            "cpu_seconds": round(measure.process_seconds(gorse.server.process.pid) - busy, 1)}


def learn(gorse, readers, work):
    figures, quality = {}, {}
    figures["told"] = tell_all(gorse, readers)
    begun, busy = time.time(), measure.process_seconds(gorse.server.process.pid)
    figures["first round"] = gorse.round(("newcomer", readers.pairs[0][1]))
    note(json.dumps(figures))
    for name, ask in (("factorisation as first fitted", gorse.learnt), ("item to item", gorse.from_neighbours)):
        quality[name] = readers.score(work, f"Gorse, {name}", {reader: ask(reader) for reader in readers.strangers})
    figures["first round and search"] = gorse.wait_for(SEARCHED, begun, busy)
    if figures["first round and search"]:  # lists are made again for readers who were active: the test readers
        gorse.ask("PUT", "/api/feedback", [gorse.like(*pair) for pair in readers.fold_in])
        figures["second round"] = gorse.round(("newcomer", readers.pairs[1][1]))
        name = "factorisation as its search found"
        quality[name] = readers.score(work, f"Gorse, {name}", {reader: gorse.learnt(reader) for reader in readers.strangers})
    figures["memory MB"] = memory(gorse)
    return {**figures, "quality": quality}


def memory(one):
    return {name: round(value / 1e6) for name, value in measure.process_memory(one.server.process.pid).items()}


def serve(gorse, ours, readers):
    both = [gorse, ours]
    draw = random.Random(1)
    known = sorted(ours.books)
    histories = {reader: [] for reader in readers.strangers[:150]}
    for reader, item in readers.fold_in:
        if reader in histories and item in ours.books:
            histories[reader].append(item)
    new = [(f"new-{reader}", item) for reader, items in histories.items() for item in items]
    for one in both:  # readers for whom no list was made ahead
        for begin in range(0, len(new), BATCH):
            one.tell(new[begin:begin + BATCH])
    some = draw.sample(readers.known, min(900, len(readers.known)))
    operations = {
        "RecommendFromOfflineCache/10": (some, lambda one, reader: one.recommend(reader, 10)),
        "RecommendFromOfflineCache/100": (some, lambda one, reader: one.recommend(reader, 100)),
        "RecommendFromItemBased/10": ([f"new-{reader}" for reader in histories] * 3,
                                      lambda one, reader: one.recommend(reader, 10)),
        "neighbours of an item/10": (draw.sample(known, min(900, len(known))), lambda one, item: one.beside(item, 10)),
        "InsertFeedback/1000": ([[(draw.choice(readers.known), draw.choice(known)) for _ in range(BATCH)] for _ in range(30)],
                                lambda one, batch: one.tell(batch)),
    }
    figures = {"memory MB": {one.name: memory(one) for one in both}}
    own = lambda: sum(measure.process_seconds(one.server.process.pid) for one in both) + time.process_time()
    start, busy, used = time.time(), measure.busy_seconds(), own()
    figures["operations"] = in_turns(both, operations, 3)
    figures["after a grade"] = {one.name: after_a_grade(one, draw.sample(readers.strangers, min(100, len(readers.strangers)))) for one in both}
    figures["foreign CPU"] = round((measure.busy_seconds() - busy - own() + used) / (time.time() - start), 2)
    figures["memory MB, after"] = {one.name: memory(one) for one in both}
    return figures


def show(figures):
    if "serve" in figures:
        rows = [[name, *(f"{one[side][key]:g}" for key in ("ms", "cpu ms") for side in ("Gorse", "ours"))]
                for name, one in figures["serve"].pop("operations").items()]
        print(measure.table(["operation, medians", "Gorse ms", "ours ms", "Gorse CPU ms", "ours CPU ms"], rows))
    for part in ("learn", "serve"):
        for name, one in figures.get(part, {}).items():
            print(f"{part}, {name}: {json.dumps(one)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=pathlib.Path, required=True)
    parser.add_argument("--books", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, default="build/bookreco")
    parser.add_argument("--work", type=pathlib.Path, default="build/gorse", help="where Gorse is built and both keep data")
    parser.add_argument("--readers", type=int, default=2500, help="so many are tested")
    parser.add_argument("--part", choices=("learn", "serve"), help="one alone")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    program, built = build_gorse(work)
    split, folder = work / "split", work / "gorse-data"
    subprocess.run([arguments.program, "--quiet", "split", arguments.ratings, "--min-value", "4", "--min-per-reader", "5",
                    "--method", "readers", "--readers", str(arguments.readers), "--output", split, "--seed", "42"],
                   check=True, stdout=subprocess.DEVNULL)
    readers = Readers(split)
    figures = {"machine": measure.machine(), "Gorse": f"{VERSION}, {built}"}
    if arguments.part != "serve":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with start_gorse(program, folder, "360m") as server:
            figures["learn"] = learn(Gorse(server), readers, work)
    if arguments.part != "learn":
        data, books, ready = start_ours(arguments, readers.pairs, work)
        port = measure.free_port()
        started = time.time()
        command = [arguments.program, "--data", data, "--port", port, "up"]
        with start_gorse(program, folder, "0s") as theirs, \
                measure.Server("bookreco", command, port, "/readyz", core=None) as own:
            gorse, ours = Gorse(theirs), Ours(own, books)
            gorse.wait_for("Collect Garbage in Cache", started, 0)
            items = {book: item for item, book in books.items()}
            lists = {reader: [items.get(book, book) for book in ours.recommend(reader, DEPTH)] for reader in readers.strangers}
            figures["serve"] = {"ours, ready": ready, "ours, lists as served": readers.score(work, "ours, as served", lists),
                                **serve(gorse, ours, readers)}
    measure.write_json(arguments.json, figures)
    show(figures)


if __name__ == "__main__":
    main()
