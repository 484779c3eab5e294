#!/usr/bin/env python3
"""Recommendations for stored readers: requests per second, times at half of that, and from a grade to the changed answer.

readers_bench.py --program build/bookreco --data DIR [--readers N] [--seconds N] [--json FILE]

The most requests per second are those of wrk with 8 connections. At half of it requests are due at even times, and a time counts
from when its request was due, so that waiting behind a slow one is not left out.
"""

import argparse
import http.client
import json
import queue
import random
import shutil
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import http_bench
import measure

PATH = "/v1/readers/%s/recommendations?k=20"
CLIENTS = 8
GRADES = 50


def reader_ids(server, wanted, seed=1):
    """Readers from pages all over the list."""
    total = json.loads(measure.get(server.url("/v1/readers?page_size=1")))["total"]
    pages = max(1, total // 100)
    ids = []
    for page in random.Random(seed).sample(range(1, pages + 1), min(pages, -(-wanted // 100))):
        listed = json.loads(measure.get(server.url(f"/v1/readers?page={page}&page_size=100")))
        ids += [reader["id"] for reader in listed["readers"]]
    return ids[:wanted], total


def times_at(server, rate, seconds, ids):
    """Seconds from due to answered, of requests at even times."""
    due = queue.Queue()
    start = time.perf_counter() + 0.1
    for number in range(int(rate * seconds)):
        due.put((start + number / rate, ids[number % len(ids)]))
    times = []

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", int(server.port))
        while True:
            try:
                at, reader = due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0, at - time.perf_counter()))
            connection.request("GET", PATH % quote(reader, safe=""))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                measure.fail(f"{reader}: HTTP {answer.status}")
            times.append(time.perf_counter() - at)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return sorted(times)


def grade_times(server, ids):
    """Seconds from sending a grade of the first book recommended to the answer without it."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.port))

    def ask(method, path, body=None):
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    times = []
    for reader in ids[:GRADES]:
        path = PATH % quote(reader, safe="")
        first = ask("GET", path)[1]["books"][0]["book"]["id"]
        start = time.perf_counter()
        status, told = ask("PUT", f"/v1/readers/{quote(reader, safe='')}/library/{first}", {"kind": "loved"})
        answer = ask("GET", path)[1]
        times.append(time.perf_counter() - start)
        if status >= 300 or first in [one["book"]["id"] for one in answer["books"]]:
            measure.fail(f"{reader}: a grade did not change the answer ({status}: {told})")
    return sorted(times)


def share(times, part):
    return times[min(len(times) - 1, int(part * len(times)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="a data folder with readers, fitted")
    parser.add_argument("--readers", type=int, default=5_000, help="so many different ones are asked for")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--json", help="write the figures there")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        measure.fail("wrk is not installed: make setup-test installs it")
    port = measure.free_port()
    command = [arguments.program, "--data", arguments.data, "--port", port, "up"]
    with measure.Server("bookreco", command, port, "/readyz", core=None) as server, \
            tempfile.TemporaryDirectory(prefix="bookreco-bench-") as work:
        ids, readers = reader_ids(server, arguments.readers)
        file = Path(work) / "ids"
        file.write_text("\n".join(ids) + "\n")
        contender = http_bench.Contender("bookreco", server, PATH)
        most = http_bench.wrk(contender, file, arguments.seconds, CLIENTS, 1)
        half = times_at(server, most["per_second"] / 2, arguments.seconds, ids)
        grades = grade_times(server, ids)
        memory = measure.process_memory(server.process.pid)
    figures = {"readers": readers, "requests/s": round(most["per_second"]),
               "CPU ms each": round(most["server_us_per_request"] / 1e3, 2), "p50 ms": round(1e3 * share(half, 0.5), 2),
               "p99 ms": round(1e3 * share(half, 0.99), 2), "grade to answer, median ms": round(1e3 * share(grades, 0.5), 2),
               "grade, 9 of 10 ms": round(1e3 * share(grades, 0.9), 2), "anonymous MB": round(memory["RssAnon"] / 1e6)}
    print(measure.table(list(figures), [list(figures.values())]))
    measure.write_json(arguments.json, {"machine": measure.machine(), "figures": figures})


if __name__ == "__main__":
    main()
