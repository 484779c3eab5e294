"""What real shops do to crawlers: redirects, failures, traps, decoys, broken and monstrous answers."""
import re
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from zlib import crc32

from . import broken, product_pages
from .catalogue import ean_of, make_product
from .http_server import HTML, Page
from .layout import card
from .robots import FORBIDDEN
from .site import COOKIE, EAN, OPENED

EMPTY_PAGES = 400
CHAIN = 8
DECOY = "Le Leurre"  # the publisher of every decoy: an item that names it is a fault of the crawler
PRIVATE = "http://10.255.255.1:9/livres/prive.html"
FACETS = ("couleur", "format", "prix", "annee", "langue", "taille", "theme", "note")


class Oddities:
    """Finds the odd answer to an address; None when nothing is odd about it."""

    def __init__(self, site):
        self.site = site
        self.tries = Counter()
        self.products = {product.ean for product in site.catalogue.products if product.oddity}
        self.fixed = self._fixed()
        self.traps = (("/agenda", self._calendar), ("/filtre", self._facets), ("/profond", self._deeper),
                      ("/rayon-vide", self._empty), ("/ancien/", self._old))

    def find(self, target):
        parts = urlsplit(target)
        path = unquote(parts.path).rstrip("/")
        if (match := EAN.search(path)) and match[1] in self.products:
            return self._product(self.site.catalogue.by_ean[match[1]], path)
        for key in (f"{path}?{parts.query}", path):
            if key in self.fixed:
                return self.fixed[key]
        for start, make in self.traps:
            if path.startswith(start):
                return make(path, parts.query)
        return None

    def page(self, title, body, **options):
        return self.site._page(f"<h1>{title}</h1>{body}", title, **options)

    def decoy(self, path):
        """A page that looks like a book's and must yield none."""
        number = crc32(path.encode()) % 100_000
        ean = ean_of(number, self.site.catalogue.seed, "3")
        product = make_product(number, self.site.catalogue.seed)
        facts = tuple((name, {"EAN": ean, "ISBN": ean, "Editeur": DECOY}.get(name, value)) for name, value in product.facts)
        product = replace(product, path=quote(path), title=f"Leurre {number}", publisher=DECOY, ean=ean, facts=facts)
        return product_pages.render(product, (), self.site.base, odd=True)

    def _decoy_page(self, path, **options):
        return Page(self.decoy(path), fields=COOKIE, **options)

    def _fixed(self):
        site, odd = self.site, "/curiosites"
        first = site.catalogue.products[0].path
        behind = [product for product in site.catalogue.products if product.oddity == "behind-allow"]
        pdf = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        fixed = {path: self._decoy_page(path) for path in FORBIDDEN}
        fixed |= {
            "/prive/ouvert/index.html": self.page("Ouvert", "".join(card(product, product.path) for product in behind)),
            "/egal/index.html": self.page("À égalité", "<p>Permis : la règle qui autorise est aussi longue.</p>"),
            "/ailleurs": self._decoy_page("/ailleurs"),
            f"{odd}/boucle-a": site.moved(f"{odd}/boucle-b", 302), f"{odd}/boucle-b": site.moved(f"{odd}/boucle-a", 302),
            f"{odd}/soi": site.moved(f"{odd}/soi"),
            f"{odd}/autre-hote": site.moved(site.base.replace("127.0.0.1", "localhost") + "/ailleurs", 302),
            f"{odd}/prive": site.moved(PRIVATE, 302),
            f"{odd}/absent.html": self.page("404", "<p>Il n'y a rien ici.</p>", status=404),
            f"{odd}/retire.html": self.page("410", "<p>Ce livre a été retiré.</p>", status=410),
            f"{odd}/en-panne.html": self.page("500", "<p>Rien ne va.</p>", status=500),
            f"{odd}/fichier.html": Page(pdf, HTML, pack=False),
            f"{odd}/photo.html": Page(site.covers.page("c001.jpg").body, "image/jpeg", pack=False),
            f"{odd}/lent.html": broken.slow(self.page("Lent", "<p>Enfin.</p>")),
            f"{odd}/fige.html": broken.stuck(),
            f"{odd}/court.html": broken.too_short(self.decoy(f"{odd}/court.html")),
            f"{odd}/coupe.html": broken.cut(self.decoy(f"{odd}/coupe.html")),
            f"{odd}/bombe.html": broken.bomb(self.decoy(f"{odd}/bombe.html")),
            f"{odd}/enorme.html": broken.huge(self.decoy(f"{odd}/enorme.html")),
        }
        for name, kind in (("panne", "fails-twice"), ("doucement", "busy-seconds"), ("travaux", "busy-date")):
            fixed[f"{odd}/{name}.html"] = self._recovers(f"{odd}/{name}.html", kind, self.page(name, "<p>De retour.</p>"))
        for step in range(1, CHAIN + 1):
            fixed[f"{odd}/chaine/{step}"] = site.moved(f"{odd}/chaine/{step + 1}" if step < CHAIN else first)
        entries = ["/prive/ouvert/index.html", "/vieux/fiche.php?page=1", "/agenda?mois=2026-01", "/filtre", "/profond/",
                   "/rayon-vide/1.html", *(path for path in fixed if path != "/ailleurs")]
        links = "".join(f'<p><a href="{quote(path, safe="/?=&.-")}">{path}</a></p>' for path in dict.fromkeys(entries))
        fixed["/curiosites.html"] = self.page("Curiosités", links)
        fixed["/vieux/fiche.php?page=1"] = self.page("Fiche", "<p>Permis : la règle ne vaut qu'à la fin.</p>")
        return fixed

    def _recovers(self, key, kind, page):
        """Answers an error at first, then the page."""
        async def write(connection, request):
            self.tries[key] += 1
            error = broken.error(kind, self.tries[key])
            await connection.give(error or page, request)
        return write

    def _product(self, product, path):
        """A product to which something happens; a right spider gets it all the same."""
        if path != product.path:
            return None
        kind, site = product.oddity, self.site
        whole = site.find(product.path)
        match kind:
            case "latin1-declared":
                return site.render(product, "iso-8859-1", "utf-8", "text/html; charset=iso-8859-1")
            case "utf8-declared":
                return site.render(product, "utf-8", "latin-1")
            case "cp1252-undeclared":
                return site.render(product, None, "cp1252", "text/html")
            case "bom":
                return site.render(product, "iso-8859-1", "utf-8", "text/html; charset=iso-8859-1", mark=b"\xef\xbb\xbf")
            case "slow":
                return broken.slow(whole)
            case "dribble":
                return broken.dribble(whole)
            case "chunked":
                return broken.chunked(whole)
            case "fails-twice" | "busy-seconds" | "busy-date":
                return self._recovers(path, kind, whole)
            case "breaks-length" | "breaks-reset":
                return self._breaks_once(path, kind, whole)
        return None

    def _breaks_once(self, key, kind, page):
        text = page.body.decode()
        half = broken.too_short(text) if kind == "breaks-length" else broken.cut(text)

        async def write(connection, request):
            self.tries[key] += 1
            if self.tries[key] == 1:
                await half(connection, request)
            else:
                await connection.give(page, request)
        return write

    def _old(self, path, _query):
        product = self.site.catalogue.by_ean.get(path.removeprefix("/ancien/"))
        return product and self.site.moved(product.path)

    def _calendar(self, _path, query):
        match = re.fullmatch(r"mois=(\d{4})-(\d\d)", query)
        month = int(match[1]) * 12 + int(match[2]) - 1 if match else 2026 * 12
        name = lambda number: f"{number // 12 % 10_000:04d}-{number % 12 + 1:02d}"  # noqa: E731
        days = "".join(f'<a href="/agenda?jour={name(month)}-{day:02d}">{day}</a> ' for day in range(1, 29))
        return self.page(f"Agenda {name(month)}", f'<a href="/agenda?mois={name(month - 1)}">avant</a> {days}'
                         f'<a href="/agenda?mois={name(month + 1)}">après</a>')

    def _facets(self, path, query):
        chosen = parse_qsl(query)
        links = "".join(f'<a href="{path}?{urlencode([*chosen, (facet, value)])}">{facet} {value}</a> '.replace("&", "&amp;")
                        for facet in FACETS for value in range(3))
        at = crc32(query.encode())
        products = self.site.catalogue.products
        shown = (products[(at + step) % len(products)] for step in range(3))
        return self.page("Filtrer", links + "".join(card(product, product.path) for product in shown
                                                    if product.oddity not in ("moved", "behind-allow", "only-session")))

    def _deeper(self, _path, _query):
        return self.page("Plus profond", '<a href="a/">a</a> <a href="b/">b</a> <a href="./a/../c/">c</a>')

    def _empty(self, path, _query):
        match = re.fullmatch(r"/rayon-vide/(\d{1,5})\.html", path)
        if not match or not 1 <= int(match[1]) <= EMPTY_PAGES:
            return None
        number = int(match[1])
        links = "".join(f'<a href="/rayon-vide/{other}.html">{other}</a> '
                        for other in range(number + 1, min(number + 6, EMPTY_PAGES + 1)))
        return self.page(f"Rayon vide {number}", f"<p>Rien à vendre ici.</p>{links}")
