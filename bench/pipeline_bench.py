#!/usr/bin/env python3
"""From raw files to a snapshot that can be served: seconds, CPU and peak memory of `bookreco ingest` and `bookreco fit`.

pipeline_bench.py --program build/bookreco [--french RAW] [--generator PROGRAM --books N] [--work DIR] [--json FILE]
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import measure

COLUMNS = ["catalogue", "step", "wall s", "user s", "system s", "CPU s", "peak MB", "peak anonymous MB"]
FIGURES = ["wall_seconds", "user_seconds", "system_seconds", "cpu_seconds", "peak_resident_mb", "peak_anonymous_mb"]


def run_pipeline(program, name, raw, expected, data):
    base = [program, "--data", data, "--quiet"]
    steps = {}
    for step, command in (("ingest", [*base, "ingest", raw]), ("fit", [*base, "fit"])):
        steps[step], _ = measure.run_measured(list(map(str, command)))
    status = json.loads(subprocess.run([*map(str, base), "status", "--json"], capture_output=True, text=True,
                                       check=True).stdout)
    if expected and status["books"] != expected:
        measure.fail(f"{name}: {status['books']} books are stored, {expected} were expected")
    both = {figure: round(sum(step[figure] for step in steps.values()), 3) for figure in FIGURES[:4]}
    both |= {figure: max(step[figure] for step in steps.values()) for figure in FIGURES[4:]}
    return {"catalogue": name, "books": status["books"], "raw_mb": round(Path(raw).stat().st_size / 1e6, 1),
            "steps": steps, "total": both}


def generate(generator, books, path):
    with path.open("w") as file:
        subprocess.run([generator, "--books", str(books)], stdout=file, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--french", help="the original scraper's JSON, plain or compressed")
    parser.add_argument("--french-books", type=int, default=3278)
    parser.add_argument("--generator", help="the program generate_catalogue")
    parser.add_argument("--books", type=int, default=0, help="how many books to generate")
    parser.add_argument("--work", help="folder for the data, made when missing; default: a temporary one")
    parser.add_argument("--json", help="write the figures there")
    arguments = parser.parse_args()
    if arguments.books and not arguments.generator:
        parser.error("--books needs --generator")

    temporary = None if arguments.work else tempfile.TemporaryDirectory(prefix="bookreco-bench-")
    work = Path(arguments.work or temporary.name)
    work.mkdir(parents=True, exist_ok=True)
    results = []

    def run(name, raw, expected):
        data = work / f"data-{name}"
        shutil.rmtree(data, ignore_errors=True)
        results.append(run_pipeline(arguments.program, name, raw, expected, data))

    if arguments.french:
        run("french", arguments.french, arguments.french_books)
    if arguments.books:
        raw = work / f"generated-{arguments.books}.jsonl"
        generate(arguments.generator, arguments.books, raw)
        run("generated", raw, arguments.books)
        raw.unlink()

    rows = [[f"{result['catalogue']} ({result['books']:,} books, {result['raw_mb']:,} MB)", step,
             *(float(figures[figure]) for figure in FIGURES)]
            for result in results for step, figures in [*result["steps"].items(), ("both", result["total"])]]
    print(measure.table(COLUMNS, rows))
    measure.write_json(arguments.json, {"machine": measure.machine(), "pipelines": results})
    if temporary:
        temporary.cleanup()


if __name__ == "__main__":
    main()
