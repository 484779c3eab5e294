#!/usr/bin/env python3
"""Requests per second of `GET /v1/books/{id}/similar?k=10` beside a bare Beast server and FastAPI, in one run.

Every server runs alone on core 0 with one I/O thread and wrk on core 1 (one thread, keep-alive), in turns, several rounds;
figures are medians over the rounds, ratios are medians of the rounds' ratios. Ids are drawn at random from the whole
catalogue. The bare server answers a body of the mean size of ours. Server-side times are the difference of the histogram
in /metrics over our turns. The CPU ratio is of requests per second of the server's own CPU: it holds on a busy machine too, and
where wrk, not the server, is what limits the faster one.

http_bench.py --program build/bookreco --data DIR --bare build/release/bench/peers/bare_beast [--python VENV/bin/python]
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
ROUTE = "/v1/books/{id}/similar"
RANDOM = "/v1/books/%s/similar?k=10"
SCAN = "/v1/books/%s/similar?k=10&metric=taxicab&pages_min=100"


class Contender:
    def __init__(self, name, server, template, beside=None):
        self.name, self.server, self.template, self.beside = name, server, template, beside
        self.rounds = []


def wrk(contender, ids, seconds, connections, seed):
    """One turn: wrk's figures, and what else the machine's cores were doing meanwhile."""
    busy, own = measure.busy_seconds(), measure.process_seconds(contender.server.process.pid)
    pinned = ["taskset", "-c", "1"] if shutil.which("taskset") else []
    run, output = measure.run_measured([
        *pinned, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "wrk_random.lua"),
        contender.server.url("/"), "--", str(ids), contender.template, str(seed)])
    own = measure.process_seconds(contender.server.process.pid) - own
    result = json.loads(re.search(r"^RESULT (.*)$", output, re.M)[1])
    if result["errors"]:
        measure.fail(f"{contender.name}: {result['errors']} of {result['requests']} requests failed")
    result["per_second"] = result["requests"] / result["seconds"]
    result["server_cpu"] = own / result["seconds"]
    result["server_us_per_request"] = own / result["requests"] * 1e6
    foreign = measure.busy_seconds() - busy - own - run["cpu_seconds"]
    result["foreign_cpu"] = max(0.0, foreign / run["wall_seconds"])
    return result


def histogram(server):
    """Cumulative counts by upper bound of the route's seconds."""
    text = measure.get(server.url("/metrics")).decode()
    pattern = r'^bookreco_http_request_seconds_bucket\{([^}]*(?:\{[^}]*\}[^}]*)*)\} (\d+)'
    counts = {}
    for labels, count in re.findall(pattern, text, re.M):
        if f'route="{ROUTE}"' in labels:
            counts[float(re.search(r'le="([^"]+)"', labels)[1])] = int(count)
    if not counts:
        measure.fail(f"/metrics has no bookreco_http_request_seconds of {ROUTE}")
    return counts


def quantile_bound(before, after, share):
    """The least bucket bound that `share` of the requests between two readings stayed under, in microseconds."""
    counts = {bound: after[bound] - before.get(bound, 0) for bound in after}
    total = max(counts.values())
    for bound in sorted(counts):
        if counts[bound] >= share * total:
            return bound * 1e6
    return float("inf")


def collect_answers(server, ids, path):
    """What our server answers for every id, for the peers to serve; the mean size of a body."""
    sizes = []
    with path.open("w", encoding="utf-8") as file:
        for book_id in ids:
            body = measure.get(server.url(RANDOM % book_id))
            sizes.append(len(body))
            file.write(json.dumps({"id": book_id, "answer": json.loads(body)}, ensure_ascii=False) + "\n")
    return round(statistics.mean(sizes))


def check_same(ours, theirs, template, ids):
    for book_id in ids:
        if json.loads(measure.get(ours.url(RANDOM % book_id))) != json.loads(measure.get(theirs.url(template % book_id))):
            measure.fail(f"{theirs.name} answers something else than ours for {book_id}")


def start_peers(arguments, stack, ours, ids, work):
    """The servers to compare with, each with the routes to ask it for."""
    answers = work / "answers.jsonl"
    size = collect_answers(ours, ids, answers)
    scan_size = round(statistics.mean(len(measure.get(ours.url(SCAN % book_id))) for book_id in ids[:500]))
    contenders = []
    for name, bytes_ in (("bare Beast", size), ("bare Beast, scan's size", scan_size)):
        port = measure.free_port()
        server = stack.enter_context(measure.Server(name, [arguments.bare, port, bytes_], port, "/"))
        contenders.append(Contender(f"{name} ({bytes_} bytes)", server, RANDOM))
    bare, bare_scan = contenders
    random = Contender("bookreco, neighbours", ours, RANDOM, bare)
    contenders += [random, Contender("bookreco, taxicab scan with a filter", ours, SCAN, bare_scan)]
    if arguments.python:
        port = measure.free_port()
        command = [arguments.python, HERE / "peers" / "serve_fastapi.py", answers, "--port", port]
        server = stack.enter_context(measure.Server("FastAPI", command, port, RANDOM % ids[0]))
        for name, template in (("FastAPI, response model", RANDOM), ("FastAPI, plain", "/plain" + RANDOM)):
            check_same(ours, server, template, ids[:20])
            contenders.append(Contender(name, server, template, random))
    return contenders


def run_rounds(contenders, arguments, ids):
    for number in range(arguments.rounds):
        for contender in contenders:
            ours = contender.server.name == "bookreco"
            before = histogram(contender.server) if ours else None
            result = wrk(contender, ids, arguments.seconds, arguments.connections, number + 1)
            if ours:
                after = histogram(contender.server)
                for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999)):
                    result[f"server_{name}_us_at_most"] = quantile_bound(before, after, share)
            contender.rounds.append(result)
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)


def summarise(contenders):
    rows = []
    for contender in contenders:
        row = {"name": contender.name, "path": contender.template}
        for figure in contender.rounds[0]:
            row[figure] = measure.median([one[figure] for one in contender.rounds])
        if contender.beside:
            pairs = list(zip(contender.rounds, contender.beside.rounds))
            ratios = [mine["per_second"] / other["per_second"] for mine, other in pairs]
            row["beside"], row["ratio"] = contender.beside.name, measure.median(ratios)
            row["ratio_range"] = [min(ratios), max(ratios)]
            row["cpu_ratio"] = measure.median(
                [other["server_us_per_request"] / mine["server_us_per_request"] for mine, other in pairs])
        row["per_second_rounds"] = [round(one["per_second"]) for one in contender.rounds]
        rows.append(row)
    return rows


def to_table(rows):
    def cells(row):
        bound = row.get("server_p99_us_at_most")
        return [row["name"], round(row["per_second"]), f"{row['ratio']:.2f}" if "ratio" in row else "",
                f"{row['cpu_ratio']:.2f}" if "ratio" in row else "", row.get("beside", ""),
                round(row["server_us_per_request"], 1), round(row["p99_us"]), "" if bound is None else f"{bound:.0f}",
                round(row["foreign_cpu"], 2)]

    return measure.table(["server", "requests/s", "ratio", "CPU ratio", "of", "server CPU µs/request", "client p99 µs",
                          "server p99 µs ≤", "foreign CPU"], [cells(row) for row in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="a data folder with a fitted catalogue")
    parser.add_argument("--bare", required=True, help="the program bare_beast")
    parser.add_argument("--python", help="a Python that has peers/requirements.txt; without it FastAPI is left out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--ids", type=int, default=20_000, help="at most so many different ids")
    parser.add_argument("--json", help="write the figures there")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        measure.fail("wrk is not installed: make setup-test installs it")

    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bookreco-bench-")))
        port = measure.free_port()
        command = [arguments.program, "--data", arguments.data, "--port", port, "--server-io-threads", 1, "up"]
        ours = stack.enter_context(measure.Server("bookreco", command, port, "/readyz"))
        ids = measure.book_ids(ours)[:arguments.ids]
        ids_file = work / "ids"
        ids_file.write_text("\n".join(ids) + "\n")
        contenders = start_peers(arguments, stack, ours, ids, work)
        run_rounds(contenders, arguments, ids_file)
        memory = measure.process_memory(ours.process.pid)

    rows = summarise(contenders)
    print(to_table(rows))
    measure.write_json(arguments.json, {"machine": measure.machine(), "ids": len(ids), "rounds": arguments.rounds,
                                        "seconds": arguments.seconds, "connections": arguments.connections,
                                        "servers": rows, "memory": memory})


if __name__ == "__main__":
    main()
