#!/usr/bin/env python3
"""Generate SYNTHETIC readers for the Book Reco sample catalogue.

Nobody behind these lines exists.  The generator invents readers with a few
tastes, lets them pick books from ``books-en.jsonl`` and ``books-fr.jsonl``, and
writes one JSON line per (reader, book) on standard output::

    python3 generate_readers.py > readers.jsonl

Every reader id begins with ``synthetic-`` and every line has
``"source": "synthetic"``.

Reproducibility
    Same books + same options + same seed (default 20) = the same bytes.
    Only the standard library is used (Python 3.11), one ``random.Random`` makes
    every choice, and nothing depends on set order, hashing or the clock.
    Changing a book, or the order of the books, changes the output.

Model, in the order it is computed
    1. Books.  Within each language the books are shuffled and get a Zipf-like
       popularity ``1 / (rank + ZIPF_SHIFT) ** ZIPF_EXPONENT``.  The ranks of a
       series are handed out in volume order, so that volume 1 is the most read.
       Each book also has a hidden quality, drawn from a normal distribution.
    2. Readers.  Each one reads French, English or both; has 1 to 3 tastes, each
       of them a label or an author (plus a 30 % chance of one disliked label);
       a bias (generous or severe); and a log-normal number of books (median
       about 12, limited to 2..80).
    3. Choices.  Books are drawn without replacement with a weight of
       popularity x (EXPLORATION + affinity), affinity being 0..1.  Most readers
       read numbered series in order, and often go on at once with the next
       volume when they enjoyed the previous one.
    4. Grades.  A few books are only "want_to_read" or "read" (no opinion).  For
       the others, affinity + quality + bias + noise is cut by thresholds into
       "loved", "liked", "neutral" or "disliked".
    5. Times.  A reader arrives at some moment of the two years before
       2026-01-01, often notes a few books at once, then the rest over the time
       of activity.  Times increase strictly, in the order of the choices.

French labels are mapped to the English ones (``ALIASES``) only to let a reader
of both languages have one taste in both; a label missing from the table simply
stays a taste of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent

END = datetime(2026, 1, 1, tzinfo=timezone.utc)  # exclusive
START = END - timedelta(days=731)  # 2024-01-01, two years (one of them leap)

ZIPF_EXPONENT = 0.8
ZIPF_SHIFT = 3.0
EXPLORATION = 0.03  # weight of a book outside of every taste
LANGUAGE_WEIGHTS = {"fr": 0.46, "en": 0.40, "both": 0.14}
MAIN_LANGUAGE_SHARE = 0.70  # for readers of two languages
MEDIAN_BOOKS, SIGMA_BOOKS = 12.0, 0.75
MIN_BOOKS, MAX_BOOKS = 2, 80
MIN_LABEL_BOOKS = 5  # a label must have that many books to be a taste ...
MAX_LABEL_SHARE = 0.20  # ... and not be as vague as "Fiction"
MIN_AUTHOR_BOOKS = 3

# French label -> English label, lower case.
ALIASES = {
    "amitié": "friendship",
    "amour": "romance",
    "animaux": "animals",
    "asie": "asia",
    "autobiographie": "memoir",
    "aventure": "adventure",
    "bande dessinée": "graphic novel",
    "classique": "classic",
    "colonialisme": "empire",
    "comédie": "comedy",
    "condition féminine": "feminism",
    "contemporain": "contemporary",
    "dystopie": "dystopia",
    "école": "school",
    "enquête": "detective fiction",
    "essai": "essay",
    "famille": "family",
    "guerre": "war",
    "histoire": "history",
    "jeunesse": "children",
    "littérature": "fiction",
    "magie": "magic",
    "mer": "sea",
    "mort": "death",
    "nouvelles": "short stories",
    "philosophie": "philosophy",
    "poésie": "poetry",
    "policier": "crime",
    "politique": "politics",
    "récit de voyage": "travel",
    "roman": "fiction",
    "roman d'amour": "romance",
    "roman historique": "historical fiction",
    "romantisme": "romanticism",
    "science-fiction": "science fiction",
    "théâtre": "drama",
    "tragédie": "tragedy",
}


@dataclass
class Book:
    title: str
    authors: list[str]
    language: str
    labels: frozenset[str]  # only used for membership tests
    label_list: list[str]
    series: str | None
    number: float | None
    popularity: float = 0.0
    quality: float = 0.0


@dataclass
class Reader:
    name: str
    languages: dict[str, float]  # language -> weight
    labels: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    avoided: str | None = None
    bias: float = 0.0
    size: int = MIN_BOOKS
    in_order: bool = True

    def affinity(self, book: Book) -> float:
        """How well the book fits the tastes: 0 (not at all) to 1."""
        value = 0.0
        hits = 0
        if any(author in self.authors for author in book.authors):
            value, hits = 0.9, 1
        for label in self.labels:
            if label in book.labels:
                value = max(value, 0.75)
                hits += 1
        if hits > 1:
            value = min(1.0, value + 0.15 * (hits - 1))
        if self.avoided is not None and self.avoided in book.labels:
            value *= 0.3
        return value


def load_books(paths: list[Path]) -> list[Book]:
    books = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.strip():
                    continue
                row = json.loads(line)
                labels = [label.casefold() for label in row.get("labels", [])]
                # two labels may become one, hence dict.fromkeys
                labels = list(dict.fromkeys(ALIASES.get(label, label) for label in labels))
                books.append(
                    Book(
                        title=row["title"],
                        authors=list(row["authors"]),
                        language=row["language"],
                        labels=frozenset(labels),
                        label_list=labels,
                        series=row.get("series"),
                        number=row.get("series_number"),
                    )
                )
    return books


def series_of(books: list[Book]) -> dict[tuple[str, str], list[int]]:
    """(language, series) -> indexes of its numbered volumes, in volume order."""
    found: dict[tuple[str, str], list[int]] = {}
    for index, book in enumerate(books):
        if book.series is not None and book.number is not None:
            found.setdefault((book.language, book.series), []).append(index)
    for volumes in found.values():
        volumes.sort(key=lambda index: (books[index].number, index))
    return {key: volumes for key, volumes in found.items() if len(volumes) > 1}


def set_popularity(
    rng: random.Random, books: list[Book], series: dict[tuple[str, str], list[int]]
) -> None:
    for language in sorted({book.language for book in books}):
        order = [i for i, book in enumerate(books) if book.language == language]
        rng.shuffle(order)
        rank = {index: position for position, index in enumerate(order)}
        for (series_language, _), volumes in series.items():
            if series_language == language:
                for index, position in zip(volumes, sorted(rank[i] for i in volumes)):
                    rank[index] = position
        for index, position in rank.items():
            books[index].popularity = 1.0 / (position + ZIPF_SHIFT) ** ZIPF_EXPONENT
    for book in books:
        book.quality = rng.gauss(0.0, 1.0)


def weighted(rng: random.Random, weights: dict[str, float]) -> str:
    keys = list(weights)
    return rng.choices(keys, [weights[key] for key in keys])[0]


def make_reader(rng: random.Random, number: int, books: list[Book]) -> Reader:
    available = sorted({book.language for book in books})
    profiles = {
        profile: weight
        for profile, weight in LANGUAGE_WEIGHTS.items()
        if profile in available or (profile == "both" and len(available) > 1)
    }
    profile = weighted(rng, profiles)
    if profile == "both":
        main = rng.choice(available)
        others = [language for language in available if language != main]
        languages = {main: MAIN_LANGUAGE_SHARE}
        for language in others:
            languages[language] = (1 - MAIN_LANGUAGE_SHARE) / len(others)
    else:
        languages = {profile: 1.0}

    own = [book for book in books if book.language in languages]
    labels = Counter(label for book in own for label in book.label_list)
    labels = {
        label: math.sqrt(count)
        for label, count in sorted(labels.items())
        if count >= MIN_LABEL_BOOKS and count <= MAX_LABEL_SHARE * len(own)
    }
    authors = Counter(author for book in own for author in book.authors)
    authors = {
        author: float(count)
        for author, count in sorted(authors.items())
        if count >= MIN_AUTHOR_BOOKS
    }

    reader = Reader(name=f"synthetic-{number:04d}", languages=languages)
    tastes = rng.choices([1, 2, 3], [0.35, 0.45, 0.20])[0]
    for _ in range(tastes):
        if authors and rng.random() < 0.25:
            author = weighted(rng, authors)
            del authors[author]
            reader.authors.append(author)
        elif labels:
            label = weighted(rng, labels)
            del labels[label]
            reader.labels.append(label)
    if labels and rng.random() < 0.30:
        reader.avoided = weighted(rng, labels)
    reader.bias = rng.gauss(0.0, 0.25)
    size = round(rng.lognormvariate(math.log(MEDIAN_BOOKS), SIGMA_BOOKS))
    reader.size = max(MIN_BOOKS, min(MAX_BOOKS, size))
    reader.in_order = rng.random() < 0.8
    return reader


def grade(rng: random.Random, reader: Reader, book: Book) -> str:
    draw = rng.random()
    if draw < 0.11:
        return "want_to_read"
    if draw < 0.22:
        return "read"
    score = (
        1.7 * reader.affinity(book)
        - (0.9 if reader.avoided in book.labels else 0.0)
        + 0.35 * book.quality
        + reader.bias
        + rng.gauss(0.0, 0.55)
    )
    if score > 1.35:
        return "loved"
    if score > 0.45:
        return "liked"
    if score > -0.40:
        return "neutral"
    return "disliked"


def choose_books(
    rng: random.Random,
    reader: Reader,
    books: list[Book],
    series: dict[tuple[str, str], list[int]],
) -> list[tuple[int, str]]:
    """The reader's (book index, kind) in the order in which they happen."""
    volumes_of = {i: volumes for volumes in series.values() for i in volumes}
    weights = {
        i: reader.languages[book.language]
        * book.popularity
        * (EXPLORATION + reader.affinity(book))
        for i, book in enumerate(books)
        if book.language in reader.languages
    }
    history: list[tuple[int, str]] = []
    following: int | None = None  # next volume of a series being enjoyed
    while len(history) < reader.size and weights:
        if following is not None:
            index = following
        else:
            index = rng.choices(list(weights), list(weights.values()))[0]
            if reader.in_order and index in volumes_of:
                # start with the first volume that is still open
                index = next(i for i in volumes_of[index] if i in weights)
        following = None
        del weights[index]
        kind = grade(rng, reader, books[index])
        history.append((index, kind))
        if reader.in_order and index in volumes_of:
            rest = [i for i in volumes_of[index] if i in weights]
            if kind in ("loved", "liked", "read"):
                if rest and rng.random() < 0.65:
                    following = rest[0]
            else:  # not read yet, or not enjoyed: the later volumes are left alone
                for i in rest:
                    del weights[i]
    return history


def make_times(rng: random.Random, count: int) -> list[datetime]:
    """Strictly increasing times, in the two years before END."""
    total_days = (END - START).days
    first_day = int(rng.random() * (total_days - 45))
    last_day = rng.randint(first_day + 30, total_days - 1)

    def evening(day: int) -> datetime:
        seconds = int(rng.triangular(6.0, 23.9, 20.0) * 3600)
        return START + timedelta(days=day, seconds=seconds)

    burst = rng.randint(1, min(5, count))  # books noted on the first visit
    moment = evening(first_day) - timedelta(minutes=30)
    times = []
    for _ in range(burst):
        times.append(moment)
        moment += timedelta(seconds=rng.randint(20, 200))
    later = [evening(rng.randint(first_day + 1, last_day)) for _ in range(count - burst)]
    for moment in sorted(later):
        times.append(max(moment, times[-1] + timedelta(seconds=rng.randint(20, 200))))
    return times


def generate(seed: int, readers: int, paths: list[Path]) -> list[dict]:
    rng = random.Random(seed)
    books = load_books(paths)
    series = series_of(books)
    set_popularity(rng, books, series)
    rows = []
    for number in range(1, readers + 1):
        reader = make_reader(rng, number, books)
        history = choose_books(rng, reader, books, series)
        times = make_times(rng, len(history))
        for (index, kind), moment in zip(history, times):
            book = books[index]
            rows.append(
                {
                    "reader": reader.name,
                    "book": {
                        "title": book.title,
                        "authors": book.authors,
                        "language": book.language,
                    },
                    "kind": kind,
                    "at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "source": "synthetic",
                }
            )
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Write synthetic readers, as JSON lines, on standard output."
    )
    parser.add_argument("--seed", type=int, default=20, help="default: 20")
    parser.add_argument("--readers", type=int, default=400, help="default: 400")
    parser.add_argument(
        "--books",
        type=Path,
        nargs="+",
        help="book files, in this order (default: books-en.jsonl and "
        "books-fr.jsonl beside this program; a missing one is left out)",
    )
    options = parser.parse_args()
    paths = options.books
    if paths is None:
        paths = [HERE / "books-en.jsonl", HERE / "books-fr.jsonl"]
        for path in [path for path in paths if not path.exists()]:
            print(f"warning: no {path.name}, going on without it", file=sys.stderr)
            paths.remove(path)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for row in generate(options.seed, options.readers, paths):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
