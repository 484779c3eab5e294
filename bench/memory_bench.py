#!/usr/bin/env python3
"""Resident memory of the server, right after its start and after it has answered.

memory_bench.py --program build/bookreco --data DIR [--requests N] [--json FILE]
"""

import argparse
import json
import urllib.request

import measure


def ask(server, ids, requests):
    """Similar books by list and by scan, searches and recommendations, spread over the catalogue."""
    for number in range(requests):
        book = ids[number * 7919 % len(ids)]
        measure.get(server.url(f"/v1/books/{book}/similar?k=10"))
        measure.get(server.url(f"/v1/books/{book}/similar?k=10&metric=taxicab&pages_min=100"))
        for path, body in (("/v1/search", {"query": json.loads(measure.get(server.url(f"/v1/books/{book}")))["title"]}),
                           ("/v1/recommendations", {"loved": [book]})):
            request = urllib.request.Request(server.url(path), json.dumps(body).encode(),
                                             {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=30).read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="a data folder with a fitted catalogue")
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--json", help="write the figures there")
    arguments = parser.parse_args()

    port = measure.free_port()
    command = [arguments.program, "--data", arguments.data, "--port", port, "up"]
    with measure.Server("bookreco", command, port, "/readyz", core=None) as server:
        ids = measure.book_ids(server)
        moments = {"ready": measure.process_memory(server.process.pid)}
        ask(server, ids, arguments.requests)
        moments[f"after {4 * arguments.requests} requests"] = measure.process_memory(server.process.pid)
    rows = [[name, *(round(memory[kind] / 1e6, 1) for kind in ("VmRSS", "RssAnon", "RssFile"))]
            for name, memory in moments.items()]
    print(measure.table(["moment", "resident MB", "of it anonymous MB", "of it files MB"], rows))
    measure.write_json(arguments.json, {"machine": measure.machine(), "books": len(ids), "moments": moments})


if __name__ == "__main__":
    main()
