#!/usr/bin/env python3
"""The fits of a French catalogue in scikit-learn, step by step.

fit_sklearn.py RAW_JSON[.xz|.gz] [--json]: RAW_JSON is what the original scraper leaves (a list of books). Each step tells
its CPU seconds (all threads) and its wall seconds.
"""

import argparse
import gzip
import json
import lzma
import platform
import sys
import time

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

VOCABULARY = 4096
DIMENSION = 128
CLUSTERS = 5


def read_books(path):
    openers = {".xz": lzma.open, ".gz": gzip.open}
    opener = next((opener for end, opener in openers.items() if path.endswith(end)), open)
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def text_of(book):
    labels = " ".join(label for label in book.get("labels") or [] if label)
    return " ".join([book.get("product_title") or "", book.get("author") or "", book.get("resume") or "", labels])


class Steps:
    def __init__(self):
        self.rows = []

    def run(self, name, action):
        wall, cpu = time.perf_counter(), time.process_time()
        result = action()
        self.rows.append({
            "step": name,
            "cpu_seconds": round(time.process_time() - cpu, 3),
            "wall_seconds": round(time.perf_counter() - wall, 3),
        })
        print(f"{name:<52}{self.rows[-1]['cpu_seconds']:>9.2f} s CPU{self.rows[-1]['wall_seconds']:>9.2f} s wall",
              file=sys.stderr)
        return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", help="the scraper's JSON, plain, .xz or .gz")
    parser.add_argument("--json", action="store_true", help="answer as JSON on standard output")
    arguments = parser.parse_args()

    steps = Steps()
    texts = [text_of(book) for book in steps.run("read the raw JSON", lambda: read_books(arguments.raw))]
    vectorizer = TfidfVectorizer(max_features=VOCABULARY, sublinear_tf=True)
    matrix = steps.run(f"TF-IDF fit, {VOCABULARY} terms", lambda: vectorizer.fit_transform(texts))
    steps.run("TF-IDF transform, row by row", lambda: [vectorizer.transform([text]) for text in texts])
    steps.run(f"truncated SVD, {DIMENSION} dimensions",
              lambda: TruncatedSVD(DIMENSION, random_state=1).fit_transform(matrix))
    dense = matrix.toarray()
    for starts in (10, 1):
        steps.run(f"k-means, {CLUSTERS} clusters, {dense.shape[1]} dimensions, {starts} start{'s' * (starts > 1)}",
                  lambda: KMeans(CLUSTERS, n_init=starts, random_state=1).fit(dense))

    if arguments.json:
        versions = {"python": platform.python_version(), "scikit-learn": sklearn.__version__,
                    "numpy": numpy.__version__}
        print(json.dumps({"books": len(texts), "versions": versions, "steps": steps.rows}))


if __name__ == "__main__":
    main()
