#!/usr/bin/env python3
"""Our iALS beside the ALS of `implicit`: seconds of an epoch and peak memory on generated readers, in turns.

ials_peers.py [--factors 64,128] [--threads 1,2] [--epochs 3] [--rounds 1] [--program build/release/bench/peers/ials_ours]

A million readers of 5 to 35 of 100,000 items, popularity as rank^-0.6: 20 million interactions, seeded. Both take three steps
of conjugate gradients. The first epoch is left out, as our rows start at zero there; the others' median is told, and the
ratios of theirs to ours within a round. Needs requirements-recommenders.txt; without implicit ours is measured alone.
"""

import argparse
import concurrent.futures
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

READERS = 1_000_000
ITEMS = 100_000
SETTINGS = {"unobserved": 0.1, "lambda": 0.003, "nu": 1}


def generate(folder, readers):
    random = numpy.random.default_rng(1)
    rows = numpy.repeat(numpy.arange(readers, dtype=numpy.uint64), random.integers(5, 36, readers))
    cells = rows * ITEMS + (random.random(len(rows)) ** 2.5 * ITEMS).astype(numpy.uint64)
    cells = numpy.unique(cells)
    counts = numpy.bincount((cells // ITEMS).astype(numpy.int64), minlength=readers)
    numpy.concatenate([[0], numpy.cumsum(counts)]).astype(numpy.uint64).tofile(folder / "offsets.u64")
    (cells % ITEMS).astype(numpy.uint32).tofile(folder / "columns.u32")
    return len(cells)


def run_implicit(folder, factors, epochs, threads):
    """In a process of its own: tells the seconds of each epoch as our program does."""
    import scipy.sparse
    from implicit.cpu.als import AlternatingLeastSquares
    offsets = numpy.fromfile(folder / "offsets.u64", numpy.uint64).astype(numpy.int64)
    columns = numpy.fromfile(folder / "columns.u32", numpy.uint32).astype(numpy.int32)
    ones = numpy.ones(len(columns), numpy.float32)
    matrix = scipy.sparse.csr_matrix((ones, columns, offsets), (len(offsets) - 1, int(columns.max()) + 1))
    model = AlternatingLeastSquares(factors=factors, iterations=epochs, num_threads=threads, random_state=1,
                                    alpha=1 + 1 / SETTINGS["unobserved"])
    cpu = time.process_time()

    def tell(_epoch, seconds, *_):
        nonlocal cpu
        now = time.process_time()
        print(json.dumps({"seconds": seconds, "cpu_seconds": now - cpu}), flush=True)
        cpu = now

    model.fit(matrix, show_progress=False, callback=tell)


def measure(command):
    """Medians over the epochs but the first, and the peak resident memory of the process."""
    one = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as implicit asks: it has threads of its own
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, env=one)
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"ials_peers: {command[0]} failed")
    epochs = [json.loads(line) for line in lines][1:]
    found = {key: round(statistics.median(epoch[key] for epoch in epochs), 3) for key in ("seconds", "cpu_seconds")}
    return {**found, "peak_gb": round(usage.ru_maxrss * 1024 / 1e9, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser.add_argument("--factors", type=numbers, default=[64, 128])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--program", type=pathlib.Path, default="build/release/bench/peers/ials_ours")
    parser.add_argument("--implicit", nargs=4, help=argparse.SUPPRESS)  # one fit, in its own process
    arguments = parser.parse_args()
    if arguments.implicit:
        folder, *rest = arguments.implicit
        return run_implicit(pathlib.Path(folder), *map(int, rest))

    with tempfile.TemporaryDirectory(prefix="ials-peers-") as name:
        folder = pathlib.Path(name)
        with concurrent.futures.ProcessPoolExecutor(1) as apart:  # its memory would count as that of every child
            entries = apart.submit(generate, folder, arguments.readers).result()
        settings = [f"{key}={value}" for key, value in SETTINGS.items()]
        for factors in arguments.factors:
            for threads in arguments.threads:
                for _ in range(arguments.rounds):
                    shape = [folder, factors, arguments.epochs, threads]
                    row = {"entries": entries, "factors": factors, "threads": threads}
                    row["ours"] = measure([arguments.program, *shape, *settings])
                    if importlib.util.find_spec("implicit"):
                        row["implicit"] = measure([sys.executable, __file__, "--implicit", *shape])
                        for clock in ("seconds", "cpu_seconds"):
                            row[f"implicit_over_ours_{clock}"] = round(row["implicit"][clock] / row["ours"][clock], 2)
                    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
