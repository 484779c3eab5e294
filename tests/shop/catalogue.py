"""The shop's books: each is made from the seed and its number alone, so any part of a catalogue is cheap to know."""
import random
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from . import words

COVERS = 300  # distinct plain covers; several books share one
ODD_COVERS = ("alpha.png", "plain.webp", "animated.gif", "cmyk.jpg", "turned.jpg", "large.jpg", "truncated.jpg", "page.jpg",
              "bomb.png", "missing.jpg")
# What befalls single products on the full shop, in the order of the numbers 3, 10, 17, …
PRODUCT_ODDITIES = ("latin1-declared", "utf8-declared", "cp1252-undeclared", "bom", "slow", "dribble", "breaks-length",
                    "breaks-reset", "fails-twice", "busy-seconds", "busy-date", "moved", "behind-allow", "only-session",
                    "chunked")


@dataclass(frozen=True)
class Product:
    """One book, as its page tells it: a field that the page does not tell is None here too."""
    number: int
    shape: str  # "table", or a variant of structured data
    path: str
    title: str
    authors: tuple
    description: str
    labels: tuple
    section: tuple  # language, section, category: where the shop lists it
    ean: str
    publisher: str
    collection: str | None
    series: str | None
    series_number: int | None
    page_count: int
    published_on: date
    language: str
    price: str
    available: bool
    format: str | None
    binding: str | None
    cover: str
    oddity: str | None = None
    facts: tuple = field(default=())  # name/value rows as the page shows them

    def truth(self):
        """What a right spider extracts, normalised: dates ISO, numbers plain, addresses as paths."""
        return {
            "url": self.path, "title": self.title, "authors": list(self.authors), "description": self.description,
            "labels": list(self.labels), "ean": self.ean, "publisher": self.publisher, "collection": self.collection,
            "series": self.series, "series_number": self.series_number, "page_count": self.page_count,
            "published_on": self.published_on.isoformat(), "language": self.language, "price": self.price,
            "currency": "EUR", "available": self.available, "format": self.format, "binding": self.binding,
            "cover_url": f"/img/{self.cover}", "shape": self.shape, "oddity": self.oddity,
            "information": dict(self.facts) or None,
        }


def slug(text):
    """The ASCII form of a text that addresses are made of."""
    folded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", folded).strip("-")


def check_digit(twelve):
    """The 13th digit of an EAN."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


def ean_of(number, seed, group="2"):
    """A valid ISBN-13 of its own for every number; the stride scatters neighbours."""
    stem = f"978{group}{(number * 7_919 + seed * 104_729) % 100_000_000:08d}"
    return stem + check_digit(stem)


def hyphenated(ean):
    return f"{ean[:3]}-{ean[3]}-{ean[4:8]}-{ean[8:12]}-{ean[12]}"


VARIANTS = ("book", "product", "graph", "array", "strings", "microdata", "open-graph", "microdata-only")


def _sentences(pick, language):
    names = [pick(words.FIRST_NAMES[language]) for _ in range(2)]
    known = {"place": pick(words.PLACES[language]), "thing": pick(words.THINGS[language])}
    kinds = [words.OPENINGS] + [words.MIDDLES] * (3 + len(names[0]) % 3) + [words.ENDINGS]
    return " ".join(dict.fromkeys(pick(kind[language]).format(name=names[0], **known) for kind in kinds))


def _title(pick, rng, language):
    title = f"{pick(words.NOUNS[language])} {pick(words.QUALITIES[language])}"
    if rng.random() < 0.3:
        title += f" – {pick(words.PLACES[language])}"
    return title[0].upper() + title[1:]


def make_product(number, seed):
    """The book of that number on the plain shop."""
    rng = random.Random(f"{seed}/{number}")
    pick = rng.choice
    table = number % 2 == 0
    french = number % 7 == 3 or rng.random() < (0.75 if table else 0.4)
    language = "fr" if french else "en"
    title = _title(pick, rng, language)
    count = rng.choices((1, 2, 3), (80, 15, 5))[0]
    names = (f"{pick(words.FIRST_NAMES[language])} {pick(words.LAST_NAMES[language])}" for _ in range(count))
    authors = tuple(dict.fromkeys(names))
    section = pick(list(words.SECTIONS[language]))
    category = pick(words.SECTIONS[language][section])
    labels = (section, category) + ((pick(words.SUBJECTS[language]),) if rng.random() < 0.5 else ())
    ean = ean_of(number, seed, "2" if french else "1")
    shape = "table" if table else VARIANTS[number // 2 % len(VARIANTS)]
    in_series = rng.random() < 0.25
    collected = rng.random() < 0.6
    product = Product(
        number=number, shape=shape,
        path=f"/livres/{slug(title)}-{slug(authors[0])}-{ean}.html" if table else f"/books/{slug(title)}-{ean}",
        title=title, authors=authors, description=_sentences(pick, language), labels=labels,
        section=(language, section, category), ean=ean, publisher=pick(words.PUBLISHERS[language]),
        collection=pick(words.COLLECTIONS[language]) if collected else None,
        series=pick(words.SERIES[language]) if in_series else None, series_number=rng.randint(1, 12) if in_series else None,
        page_count=rng.randint(48, 900), published_on=date(1990, 1, 1) + timedelta(days=rng.randrange(13_000)),
        language=language, price=f"{rng.randint(3, 45)}.{pick(('00', '50', '90', '95'))}", available=rng.random() < 0.85,
        format=pick(words.FORMATS), binding=pick(words.BINDINGS), cover=f"c{rng.randrange(COVERS):03d}.jpg")
    return _as_shown(product, rng)


def _as_shown(product, rng):
    """Leaves out what the page's shape has no place for, and adds the rows of a table."""
    if product.shape != "table":
        typed_product = product.shape in ("product", "graph", "microdata")
        return replace(product, collection=product.collection if typed_product else None, format=None, binding=None)
    rows = [("Date de parution", product.published_on.strftime("%d/%m/%Y")), ("Editeur", product.publisher),
            ("Collection", product.collection), ("Série", product.series),
            ("Tome", product.series_number and str(product.series_number)), ("Format", product.format),
            ("Présentation", product.binding), ("Nb. de pages", f"{product.page_count} pages"),
            ("Poids", f"0.{rng.randint(100, 999)} Kg"),
            ("Dimensions", f"{rng.randint(11, 21)},0 cm × {rng.randint(17, 30)},5 cm × {rng.randint(1, 5)},2 cm"),
            ("Langue", "Français" if product.language == "fr" else "Anglais"), ("EAN", product.ean),
            ("ISBN", hyphenated(product.ean))]
    return replace(product, facts=tuple((name, value) for name, value in rows if value))


class Catalogue:
    """All products of a shop, plain or with the oddities that befall some of them."""

    def __init__(self, count, seed, plain=False):
        self.seed = seed
        self.plain = plain
        self.products = [self._product(number) for number in range(count)]
        self.by_ean = {product.ean: product for product in self.products}

    def _product(self, number):
        product = make_product(number, self.seed)
        if self.plain:
            return product
        place, rest = divmod(number - 3, 7)
        if rest == 0 and 0 <= place < len(PRODUCT_ODDITIES):
            product = replace(product, oddity=PRODUCT_ODDITIES[place])
        if number % 40 == 20:
            product = replace(product, cover=ODD_COVERS[number // 40 % len(ODD_COVERS)])
        return product

    def change(self, count):
        """Raises the price of the first `count` products, as a shop does between two crawls."""
        for number, product in enumerate(self.products[:count]):
            euros, cents = product.price.split(".")
            product = replace(product, price=f"{int(euros) + 1}.{cents}")
            self.products[number] = self.by_ean[product.ean] = product
        return self.products[:count]
