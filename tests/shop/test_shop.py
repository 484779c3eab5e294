"""The plain side of the shop: its truth, its pages, lists, sitemaps, validators, log."""
import gzip
import json
import re
import tempfile
import unittest
import urllib.robotparser
from html import unescape
from pathlib import Path

from tests.shop.catalogue import check_digit
from tests.shop.compare import compare
from tests.shop.running import Running, truth

PRODUCTS = 1200


def squeezed(text):
    return " ".join(text.split())


def texts(page, pattern):
    """The text of every element that the pattern finds, without tags."""
    return [squeezed(unescape(re.sub("<[^>]+>", "", found))) for found in re.findall(pattern, page, re.S)]


class Truth(unittest.TestCase):
    def test_is_the_same_for_a_seed_and_another_for_another(self):
        self.assertEqual(truth("--products", 50), truth("--products", 50))
        self.assertNotEqual(truth("--products", 50), truth("--products", 50, "--seed", 2))

    def test_does_not_depend_on_the_number_of_products(self):
        self.assertEqual(truth("--products", 300).splitlines()[:50], truth("--products", 50).splitlines())

    def test_books_are_distinct_and_their_numbers_valid(self):
        books = [json.loads(line) for line in truth("--products", 5000, "--plain").splitlines()]
        for field in ("ean", "url"):
            self.assertEqual(len({book[field] for book in books}), 5000)
        self.assertTrue(all(check_digit(book["ean"][:12]) == book["ean"][12] for book in books))
        self.assertEqual(check_digit("978271038141"), "9")
        self.assertEqual(sum(book["shape"] == "table" for book in books), 2500)
        self.assertEqual({book["language"] for book in books}, {"fr", "en"})
        self.assertGreater(min(len(book["description"]) for book in books), 100)
        self.assertTrue(200 < len({book["cover_url"] for book in books}) <= 300)


class Plain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = cls.enterClassContext(Running("--plain", "--products", PRODUCTS))
        cls.books = cls.shop.lines("/__truth")

    def test_the_served_truth_is_the_printed_one(self):
        self.assertEqual(self.books, [json.loads(line) for line in truth("--products", PRODUCTS, "--plain").splitlines()])

    def test_every_table_page_holds_its_truth(self):
        for book in self.books[::2]:
            page = self.shop.get(book["url"]).text
            self.assertEqual(texts(page, r'<h1 class="product-title">(.*?)</h1>'), [book["title"]])
            self.assertEqual(texts(page, r'<a class="author"[^>]*>(.*?)</a>'), book["authors"])
            self.assertEqual(texts(page, r'<div class="content">(.*?)</div>'), [book["description"]])
            names = texts(page, r'<div class="name"><span>(.*?)</span></div><div class="value">')
            values = texts(page, r'</span></div><div class="value">(.*?)</div>')
            self.assertEqual(dict(zip(names, values, strict=True)), book["information"])
            self.assertEqual(texts(page, r'<li class="crumb"><a[^>]*><span>(.*?)</span>')[2:], book["labels"])
            self.assertEqual(texts(page, r'<span class="price">(.*?) €</span>'), [book["price"].replace(".", ",")])
            self.assertIn(f'og:image" content="{self.shop.base}{book["cover_url"]}"', page)
            self.assertEqual('class="availability in-stock"' in page, book["available"])
            self.assertIn(f'rel="canonical" href="{self.shop.base}{book["url"]}"', page)
            self.assertNotIn("ld+json", page)

    def test_every_structured_page_holds_its_truth(self):
        shapes = set()
        for book in self.books[1::2]:
            page = self.shop.get(book["url"]).text
            shapes.add(book["shape"])
            whole = squeezed(unescape(re.sub("<br>", "", page)))
            wanted = [book["title"], *book["authors"], book["publisher"], book["published_on"], str(book["page_count"]),
                      book["collection"], book["series"], book["cover_url"]]
            if match := re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S):
                whole += json.dumps(json.loads(match[1]), ensure_ascii=False)
            else:
                self.assertEqual(book["shape"], "microdata-only")
                wanted.append(f'content="{book["price"]}"')
            for value in filter(None, wanted):
                self.assertIn(value, whole, (book["url"], book["shape"]))
            self.assertIn(book["ean"], whole.replace("-", ""))
            self.assertEqual(texts(page, r'<li class="crumb"><a[^>]*><span>(.*?)</span>')[2:], book["labels"])
            self.assertEqual("schema.org/InStock" in whole, book["available"])
        self.assertEqual(shapes, {"book", "product", "graph", "array", "strings", "microdata", "open-graph", "microdata-only"})

    def test_lists_lead_to_every_product_and_to_nothing_else(self):
        seen, waiting, products = set(), ["/"], set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            page = self.shop.get(path)
            self.assertEqual(page.status, 200, path)
            for link in re.findall(r'<a [^>]*?href="([^"#]+)', page.text):
                link = path.split("?")[0] + link if link.startswith("?") else link
                if re.search(r"-\d{13}(\.html)?$", link):
                    products.add(link)
                elif not link.startswith(("/recherche", "/panier")):
                    waiting.append(link)
        self.assertEqual(products, {book["url"] for book in self.books})
        self.assertTrue(any("?page=2" in path for path in seen))
        self.assertEqual(self.shop.get("/livres/litterature/romans.html?page=9999").status, 404)

    def test_sitemaps_list_every_product(self):
        index = self.shop.get("/sitemap.xml").text
        parts = [found.removeprefix(self.shop.base) for found in re.findall("<loc>(.*?)</loc>", index)]
        listed = []
        for part in parts:
            body = self.shop.get(part).body
            listed += re.findall("<loc>(.*?)</loc>", (gzip.decompress(body) if part.endswith(".gz") else body).decode())
        products = [url.removeprefix(self.shop.base) for url in listed if re.search(r"-\d{13}(\.html)?$", url)]
        self.assertEqual(products, [book["url"] for book in self.books])

    def test_robots_name_the_sitemap_and_forbid_the_search(self):
        robots = urllib.robotparser.RobotFileParser()
        robots.parse(self.shop.get("/robots.txt").text.splitlines())
        self.assertEqual(robots.site_maps(), [self.shop.base + "/sitemap.xml"])
        self.assertFalse(robots.can_fetch("anyone", "/recherche?q=x"))
        self.assertTrue(robots.can_fetch("anyone", self.books[0]["url"]))

    def test_validators_compression_and_head(self):
        path = self.books[0]["url"]
        whole = self.shop.get(path)
        packed = self.shop.get(path, Accept_Encoding="gzip, br")
        self.assertEqual(packed.fields["Content-Encoding"], "gzip")
        self.assertEqual(packed.text, whole.text)
        self.assertLess(len(packed.body), len(whole.body))
        for fields in ({"If_None_Match": whole.fields["ETag"]}, {"If_Modified_Since": whole.fields["Last-Modified"]}):
            again = self.shop.get(path, **fields)
            self.assertEqual((again.status, again.body), (304, b""))
        other = self.shop.get(path, If_None_Match='"other"', If_Modified_Since=whole.fields["Last-Modified"])
        self.assertEqual(other.status, 200)  # the tag counts before the date
        head = self.shop.get(path, "HEAD")
        self.assertEqual((head.status, head.body, head.fields["Content-Length"]), (200, b"", str(len(whole.body))))
        self.assertEqual(self.shop.get(path, "POST").status, 405)

    def test_nothing_odd_is_served_or_linked(self):
        home = self.shop.get("/")
        self.assertNotIn("curiosites", home.text)
        self.assertIsNone(home.fields["Set-Cookie"])
        for path in ("/curiosites.html", "/agenda", "/filtre", "/profond/a/", "/rayon-vide/1.html", "/prive/plan.html"):
            self.assertEqual(self.shop.get(path).status, 404, path)

    def test_a_connection_serves_many_requests(self):
        with self.shop.connection() as connection:
            for book in self.books[:20]:
                connection.request("GET", book["url"])
                self.assertEqual(connection.getresponse().read(), self.shop.get(book["url"]).body)


class Told(unittest.TestCase):
    def test_a_change_changes_some_pages_only(self):
        with Running("--plain", "--products", 60) as shop:
            before = shop.lines("/__truth")
            tags = {book["url"]: shop.get(book["url"]).fields["ETag"] for book in before}
            shop.get("/__change?count=5")
            after = shop.lines("/__truth")
            changed = [new["ean"] for new, old in zip(after, before) if new["price"] != old["price"]]
            self.assertEqual(changed, [book["ean"] for book in before[:5]])
            known = [shop.get(url, If_None_Match=tag).status for url, tag in tags.items()]
            self.assertEqual(known, [200] * 5 + [304] * 55)

    def test_the_log_tells_every_request(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "log.jsonl"
            with Running("--products", 60, "--log", file, "--latency", "20") as shop:
                shop.get("/?x=1", User_Agent="watcher/1", Cookie="panier=vide")
                shop.get("/curiosites/absent.html")
                rows = shop.lines("/__log")
            self.assertEqual(rows, [json.loads(line) for line in file.read_text().splitlines()])
        self.assertEqual([(row["path"], row["agent"], row["status"], row["cookie"]) for row in rows],
                         [("/?x=1", "watcher/1", 200, "panier=vide"), ("/curiosites/absent.html", "", 404, "")])
        self.assertGreater(rows[1]["time"] - rows[0]["time"], 0.015)


class Comparing(unittest.TestCase):
    def test_what_differs_is_said(self):
        rows = [json.loads(line) for line in truth("--products", 20).splitlines()]
        self.assertEqual(compare(rows, rows), {})
        wrong = [rows[0] | {"title": "?"}, *rows[2:], rows[5], rows[6] | {"ean": "1"}]
        self.assertEqual({kind: count for kind, (count, _) in compare(rows, wrong).items()},
                         {"missing": 1, "no book of the shop": 1, "more than once": 1, "field title": 1})


if __name__ == "__main__":
    unittest.main()
