#!/usr/bin/env python3
"""Puts what the benchmarks left in a folder into report.json and report.md there, each goal with its figure and verdict.

report.py FOLDER
"""

import json
import sys
from pathlib import Path

import http_bench
import measure


def read(folder, name):
    path = folder / name
    if not path.exists() or not path.stat().st_size:
        return None
    return json.loads(path.read_text())


class Goals:
    def __init__(self):
        self.rows = []

    def add(self, goal, wanted, figure, met, shown):
        verdict = "not measured" if figure is None else "met" if met else "NOT MET"
        self.rows.append({"goal": goal, "wanted": wanted, "measured": shown if figure is not None else "–",
                          "verdict": verdict})

    def most(self, goal, limit, figure, unit):
        self.add(goal, f"under {limit:g} {unit}", figure, figure is not None and figure < limit,
                 None if figure is None else f"{figure:.3g} {unit}")

    def least(self, goal, limit, figure):
        self.add(goal, f"at least {limit:g}", figure, figure is not None and figure >= limit,
                 None if figure is None else f"{figure:.2f}")


def pipeline_of(results, name):
    for result in (results["pipeline"] or {}).get("pipelines", []):
        if result["catalogue"] == name:
            return result
    return None


def server_of(results, start):
    for row in (results["http"] or {}).get("servers", []):
        if row["name"].startswith(start):
            return row
    return {}


def scans(results):
    """Scans of a million rows: name, milliseconds, milliseconds to read the codes, their ratio."""
    return [[row["name"].removesuffix("/real_time"), round(row["real_time"], 2), round(row["read_ms"], 2),
             round(row["ratio_to_read"], 2)] for row in (results["index"] or {}).get("benchmarks", [])
            if row["name"].startswith("scan/") and "rows:1000000" in row["name"] and "ratio_to_read" in row]


def judge(results):
    goals = Goals()
    french, generated = pipeline_of(results, "french"), pipeline_of(results, "generated")
    goals.most("3,278 French books, raw to snapshot, CPU", 2, french and french["total"]["cpu_seconds"], "s")
    large = generated if generated and generated["books"] >= 1_000_000 else None
    goals.most("1,000,000 generated books, raw to ready, wall", 300, large and large["total"]["wall_seconds"], "s")
    goals.most("the same, peak memory", 4000, large and large["total"]["peak_resident_mb"], "MB")
    cosine = [ratio for name, _, _, ratio in scans(results) if "cosine" in name]
    goals.most("scan of 1 M × 128 (cosine) over reading the bytes", 1.3, max(cosine, default=None), "×")
    listed, scanned = server_of(results, "bookreco, neighbours"), server_of(results, "bookreco, taxicab")
    bound = listed.get("server_p99_us_at_most")
    goals.most("similar?k=10, server-side p99", 1, bound and bound / 1000, "ms")
    goals.least("similar?k=10 beside a bare Beast server, random ids", 0.5, listed.get("ratio"))
    goals.least("the same with a filter and metric that force a scan", 0.2, scanned.get("ratio"))
    moments = list((results["memory"] or {}).get("moments", {}).values())
    goals.most("resident memory serving the sample", 80, moments[-1]["VmRSS"] / 1e6 if moments else None, "MB")
    labels = (results["labels-french"] or {}).get("precision_at_10")
    if labels:
        ours = labels["vectors, labels of other books"]["any_label"]
        theirs = labels["tfidf title+description"]["any_label"]
        goals.least("label precision@10 over TF-IDF cosine's, the labels compared hidden", 1.15, ours / theirs)
    return goals.rows


def beside_peers(results):
    """How many times faster than each peer."""
    rows = []
    for row in (results["http"] or {}).get("servers", []):
        if row["name"].startswith("FastAPI"):
            rows.append([row["name"], f"{1 / row['ratio']:.1f} × its requests per second"])
    french = pipeline_of(results, "french")
    if french and results["sklearn"]:
        cpu = sum(step["cpu_seconds"] for step in results["sklearn"]["steps"] if "1 start" != step["step"][-7:])
        rows.append(["scikit-learn, the same fits", f"{cpu / french['total']['cpu_seconds']:.1f} × less CPU"])
    return rows


def doubts(results):
    """Why figures may not be those of the machine alone."""
    foreign = [row["foreign_cpu"] for row in (results["http"] or {}).get("servers", [])]
    if foreign and max(foreign) > 0.1:
        return [f"other processes took up to {max(foreign):.2f} cores during the servers' turns: read the CPU ratio, and "
                "measure again on a quiet machine"]
    return []


def to_markdown(report, results):
    machine = report["machine"]
    parts = ["# What was measured", "", f"{machine['cpu']}, {machine['cores']} cores ({machine['caches']}; "
             f"{machine['vectors']}), hypervisor {machine['hypervisor']}, {machine['memory_gib']} GiB, {machine['system']}, "
             f"Linux {machine['kernel']}, {machine['compiler']}.", "",
             measure.table(["goal", "wanted", "measured", ""],
                           [[row["goal"], row["wanted"], row["measured"], row["verdict"]] for row in report["goals"]])]
    if report["beside_peers"]:
        parts += ["", measure.table(["beside", "ours"], report["beside_peers"])]
    for result in (results["pipeline"] or {}).get("pipelines", []):
        steps = [*result["steps"].items(), ("both", result["total"])]
        parts += ["", f"## {result['catalogue']}, {result['books']:,} books", "",
                  measure.table(["step", "wall s", "CPU s", "peak MB"],
                                [[step, figures["wall_seconds"], figures["cpu_seconds"], figures["peak_resident_mb"]]
                                 for step, figures in steps])]
    if results["sklearn"]:
        parts += ["", "## scikit-learn, the French books", "",
                  measure.table(["step", "CPU s", "wall s"], [[step["step"], step["cpu_seconds"], step["wall_seconds"]]
                                                               for step in results["sklearn"]["steps"]])]
    if scans(results):
        parts += ["", "## Exact scan of 1,000,000 × 128", "",
                  measure.table(["scan", "ms", "reading the codes, ms", "ratio"], scans(results))]
    if results["http"]:
        parts += ["", "## Requests per second", "",
                  http_bench.to_table(results["http"]["servers"])]
    for name in ("labels-french", "labels-sample"):
        if results[name]:
            parts += ["", f"## Label precision@10, {name.split('-')[1]}, {results[name]['books']:,} books", "",
                      measure.table(["vectors", "any label", "last label"],
                                    [[vectors, f"{figures['any_label']:.4f}", f"{figures['last_label']:.4f}"]
                                     for vectors, figures in results[name]["precision_at_10"].items()])]
    if report["notes"]:
        parts += ["", "## Notes", "", *(f"- {line}" for line in report["notes"])]
    return "\n".join(parts) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    names = {"pipeline": "pipeline.json", "sklearn": "sklearn.json", "http": "http.json", "memory": "memory.json",
             "labels-french": "labels-french.json", "labels-sample": "labels-sample.json",
             "index": "index_bench.json", "kernels": "kernels_bench.json"}
    results = {key: read(folder, name) for key, name in names.items()}
    notes = folder / "notes.txt"
    report = {"machine": measure.machine(), "goals": judge(results), "beside_peers": beside_peers(results),
              "notes": doubts(results) + (notes.read_text().splitlines() if notes.exists() else [])}
    measure.write_json(folder / "report.json", {**report, "results": results})
    (folder / "report.md").write_text(to_markdown(report, results))
    print((folder / "report.md").read_text())
    print(f"{folder}/report.md, {folder}/report.json")


if __name__ == "__main__":
    main()
