"""Whether a crawl's items are the shop's truth: `python3 -m tests.shop.compare TRUTH ITEMS [--except ODDITY,…]`.

Both are JSON Lines with the truth's fields. Texts are compared with whitespace collapsed, addresses by their path; every
book must come once, and nothing that is no book. Ends with 1 when anything differs.
"""
import argparse
import json
import sys
from collections import Counter
from urllib.parse import urlsplit

NOT_EXTRACTED = {"shape", "oddity", "information"}


def normal(field, value):
    if field in ("url", "cover_url") and isinstance(value, str):
        return urlsplit(value).path
    return " ".join(value.split()) if isinstance(value, str) else value


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def compare(truth, items, excepted=(), examples=3):
    """What differs, as a mapping of the kind of difference to (count, examples)."""
    found = {}

    def tell(kind, example):
        count, shown = found.get(kind, (0, []))
        found[kind] = (count + 1, shown + [example] if len(shown) < examples else shown)

    expected = {row["ean"]: row for row in truth}
    times = Counter(item.get("ean") for item in items)
    for ean, row in expected.items():
        if ean not in times and row["oddity"] not in excepted:
            tell("missing", f"{row['url']} ({row['oddity'] or row['shape']})")
    for ean, count in times.items():
        if ean not in expected:
            tell("no book of the shop", ean)
        elif count > 1:
            tell("more than once", ean)
    for item in items:
        row = expected.get(item.get("ean"))
        if row is None or row["oddity"] in excepted:
            continue
        for field in row.keys() - NOT_EXTRACTED:
            told, right = normal(field, item.get(field)), normal(field, row[field])
            if told != right:
                tell(f"field {field}", f"{row['url']} ({row['oddity'] or row['shape']}): {told!r}, not {right!r}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth")
    parser.add_argument("items")
    parser.add_argument("--except", dest="excepted", default="", help="oddities whose products need not be right")
    arguments = parser.parse_args()
    truth, items = read(arguments.truth), read(arguments.items)
    found = compare(truth, items, tuple(filter(None, arguments.excepted.split(","))))
    for kind, (count, shown) in sorted(found.items()):
        print(f"{kind}: {count}; " + "; ".join(shown))
    print(f"{len(items)} items for {len(truth)} books: {'different' if found else 'the same'}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
