"""The shop's pages that are no oddity: products, lists, sitemaps, robots; and what an address means."""
import gzip
import json
import re
from html import escape
from urllib.parse import parse_qsl, unquote, urlsplit

from . import layout, product_pages, words
from .catalogue import Catalogue
from .http_server import HTML, Page
from .robots import FULL_ROBOTS, PLAIN_ROBOTS

PER_LIST = 24
PER_SITEMAP = 1000
RELATED = 8
OPENED = 1_735_689_600  # 2025-01-01: nothing in the shop is older
EAN = re.compile(r"-(\d{13})(\.html)?$")
COOKIE = (("Set-Cookie", "panier=vide; Path=/"), ("Set-Cookie", "suivi=1; Path=/; HttpOnly"))


class Site:
    """Finds the page of an address, rendering it the first time it is asked for."""

    def __init__(self, catalogue: Catalogue, base, covers):
        self.catalogue, self.base, self.covers = catalogue, base, covers
        self.odd = not catalogue.plain
        self.pages = {}
        self.changes = 0  # how often prices changed: later changes are modified later
        self.changed = set()
        self.lists = {}
        for product in catalogue.products:
            if product.oddity != "behind-allow":
                self.lists.setdefault(product.section, []).append(product.number)
        self.missing = self._page("<h1>404</h1><p>Cette page n'existe pas.</p>", "Introuvable", status=404)

    def find(self, target):
        """The page of an address under whatever spelling; None when the site has none."""
        found = self.pages.get(target)
        if found is None:
            found = self._resolve(target)
        return found

    def _resolve(self, target):
        parts = urlsplit(target)
        path = unquote(parts.path)
        number = dict(parse_qsl(parts.query)).get("page")  # nothing else makes a page another: sid, utm_source, …
        if match := EAN.search(path.rstrip("/")):
            return self._product(match[1], path.rstrip("/"))
        path = path.rstrip("/") or "/"
        key = path if number is None else f"{path}?page={number}"
        if key not in self.pages:
            made = self._make(path, number or "1")
            if made is None:
                return None
            self.pages[key] = made
        return self.pages[key]

    def _product(self, ean, path):
        product = self.catalogue.by_ean.get(ean)
        if product is None:
            return None
        if path != product.path:
            return self.moved(product.path)
        if product.path not in self.pages:
            self.pages[product.path] = self.render(product)
        return self.pages[product.path]

    def moved(self, location, status=301):
        return Page(b"", HTML, status, fields=(("Location", location),))

    def render(self, product, charset="utf-8", encoding="utf-8", kind=HTML, mark=b""):
        """A product's page in a charset; what that cannot say becomes a character reference."""
        text = product_pages.render(product, self._related(product), self.base, charset, self.odd)
        modified = OPENED + product.number * 60 + (self.changes * 86_400 if product.ean in self.changed else 0)
        return Page(mark + text.encode(encoding, "xmlcharrefreplace"), kind, modified=modified, fields=COOKIE if self.odd else ())

    def _related(self, product):
        products, number = self.catalogue.products, product.number
        near = [products[(number * 31 + step * 97 + 1) % len(products)] for step in range(RELATED)]
        return [other for other in dict.fromkeys(near) if other.oddity not in layout.HIDDEN and other is not product]

    def _page(self, body, title, language="fr", canonical=None, status=200, head=""):
        text = layout.page(title, body, language, canonical and self.base + canonical, head, odd=self.odd)
        return Page(text, status=status, modified=OPENED + self.changes * 86_400, fields=COOKIE if self.odd else ())

    def _make(self, path, number):
        if path == "/":
            return self._index()
        if path.startswith("/img/"):
            return self.covers.page(path[5:])
        if path == "/robots.txt":
            text = FULL_ROBOTS if self.odd else PLAIN_ROBOTS
            return Page(text.replace("{base}", self.base), "text/plain; charset=utf-8")
        if path == "/sitemap.xml" or path.startswith("/sitemaps/"):
            return self._sitemap(path)
        if path in ("/livres.html", "/books.html"):
            return self._section_index("fr" if path == "/livres.html" else "en")
        return self._list(path, number)

    def _index(self):
        cards = "".join(layout.card(product, product.path) for product in self.catalogue.products[:PER_LIST:2]
                        if product.oddity not in layout.HIDDEN)
        return self._page(f'<h1>La Librairie d\'essai</h1><a href="/livres.html">Livres</a> <a href="/books.html">Books</a>'
                          f'<section class="new">{cards}</section>', "La Librairie d'essai", canonical="/")

    def _section_index(self, language):
        root, name = layout.ROOTS[language]
        links = "".join(f'<p><a href="{layout.section_path(language, section)}">{escape(section)}</a></p>'
                        for section in words.SECTIONS[language])
        return self._page(f"<h1>{name}</h1>{links}", name, language, f"{root}.html")

    def _list(self, path, number):
        for language, section, category in layout.categories():
            if path == layout.category_path(language, section, category):
                return self._category(path, (language, section, category), number)
            if path == layout.section_path(language, section):
                links = "".join(f'<p><a href="{layout.category_path(language, section, name)}">{escape(name)}</a></p>'
                                for name in words.SECTIONS[language][section])
                return self._page(f"<h1>{escape(section)}</h1>{links}", section, language, path)
        return None

    def _category(self, path, place, page):
        numbers = self.lists.get(place, [])
        last = max(1, -(-len(numbers) // PER_LIST))
        if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= last:
            return None
        page = int(page)
        here = path if page == 1 else f"{path}?page={page}"
        products = [self.catalogue.products[number] for number in numbers[(page - 1) * PER_LIST:page * PER_LIST]]
        cards = "".join(layout.card(product, layout.alias(product, here) if self.odd else product.path) for product in products)
        shown = sorted({1, last, *(number for number in range(page - 2, page + 3) if 1 <= number <= last)} - {page})
        pager = "".join(f'<a class="dct-btn-pager box page-item" href="{path if number == 1 else f"?page={number}"}">{number}</a>'
                        for number in shown)
        return self._page(f'<h1>{escape(place[2])}</h1><div class="list">{cards}</div><div class="pager">{pager}</div>',
                          f"{place[2]} – {page}", place[0], here)

    def _sitemap(self, path):
        listed = [product for product in self.catalogue.products if product.oddity not in layout.HIDDEN]
        parts = max(1, -(-len(listed) // PER_SITEMAP))
        if path == "/sitemap.xml":
            paths = ["/sitemaps/rayons.xml", *(f"/sitemaps/produits-{part}.xml.gz" for part in range(1, parts + 1))]
            if self.odd:
                paths.append("/sitemap.xml")  # lists itself
            return self._xml("sitemapindex", "sitemap", [(self.base + path, None) for path in paths])
        if path == "/sitemaps/rayons.xml":
            urls = [(self.base + layout.category_path(*place), None) for place in layout.categories()]
            if self.odd:  # what a sitemap must not bring a crawler to
                urls += [(f"{self.base}/prive/plan.html", None), ("http://librairie.invalid/livres/ailleurs.html", None)]
            return self._xml("urlset", "url", urls)
        match = re.fullmatch(r"/sitemaps/produits-(\d{1,6})\.xml\.gz", path)
        if not match or not 1 <= int(match[1]) <= parts:
            return None
        part = int(match[1])
        text = self._xml("urlset", "url", [(self.base + product.path, f"2025-{1 + product.number % 12:02d}-01")
                                           for product in listed[(part - 1) * PER_SITEMAP:part * PER_SITEMAP]])
        return Page(gzip.compress(text.body, 6, mtime=0), "application/gzip", modified=OPENED, pack=False)

    def _xml(self, root, entry, rows):
        entries = "".join(f"<{entry}><loc>{escape(url)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{entry}>\n"
                          for url, day in rows)
        return Page(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
                    f"{entries}</{root}>\n", "application/xml", modified=OPENED)

    def change(self, count):
        """New prices for the first products: their pages and the lists that show them change, no other product's page."""
        self.changes += 1
        self.changed.update(product.ean for product in self.catalogue.change(count))
        self.pages.clear()

    def truth(self):
        for product in self.catalogue.products:
            yield json.dumps(product.truth(), ensure_ascii=False)
