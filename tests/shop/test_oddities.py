"""Every oddity of the shop answers as README.md says, and every cover is the trouble it is named after."""
import email.utils
import http.client
import importlib.util
import io
import os
import re
import struct
import tempfile
import time
import unittest
import zlib
from html import unescape
from pathlib import Path

from tests.shop import covers
from tests.shop.catalogue import ODD_COVERS, PRODUCT_ODDITIES
from tests.shop.layout import HIDDEN
from tests.shop.oddities import DECOY, PRIVATE
from tests.shop.robots import ALLOWED, FORBIDDEN
from tests.shop.running import Running

ODD = "/curiosites"


class Odd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = cls.enterClassContext(Running("--products", 480))
        cls.books = cls.shop.lines("/__truth")
        cls.of = {book["oddity"]: book for book in cls.books if book["oddity"]}

    def setUp(self):
        self.shop.get("/__reset")

    def moves(self, path):
        answer = self.shop.get(path)
        return answer.status, (answer.fields["Location"] or "").replace(self.shop.base, "")

    def test_each_product_oddity_befalls_one_book(self):
        self.assertEqual(tuple(self.of), PRODUCT_ODDITIES)

    def test_charsets(self):
        kinds = {"latin1-declared": ("iso-8859-1", "utf-8"), "utf8-declared": ("utf-8", "latin-1"),
                 "cp1252-undeclared": (None, "cp1252"), "bom": ("iso-8859-1", "utf-8-sig")}
        for oddity, (declared, real) in kinds.items():
            answer = self.shop.get(self.of[oddity]["url"])
            self.assertEqual(answer.fields.get_param("charset"), declared, oddity)
            text = answer.body.decode(real)
            self.assertEqual(re.findall(r'<meta charset="(.*?)">', text), [declared] if declared else [])
            self.assertIn(self.of[oddity]["title"], unescape(text))
            self.assertTrue(any(byte > 127 for byte in answer.body), oddity)
        self.assertTrue(self.shop.get(self.of["bom"]["url"]).body.startswith(b"\xef\xbb\xbf"))
        with self.assertRaises(UnicodeDecodeError):
            self.shop.get(self.of["utf8-declared"]["url"]).body.decode("utf-8")

    def test_slow_pages_come_whole(self):
        for path in (self.of["slow"]["url"], self.of["dribble"]["url"], f"{ODD}/lent.html"):
            started = time.monotonic()
            self.assertIn("</html>", self.shop.get(path).text)
            self.assertGreater(time.monotonic() - started, 1.5)

    def test_a_stuck_page_does_not_end(self):
        with self.shop.connection() as connection:
            connection.timeout = 0.5  # less than from byte to byte
            connection.request("GET", f"{ODD}/fige.html")
            with self.assertRaises(TimeoutError):
                connection.getresponse().read()

    def test_pages_break_off(self):
        for path, error in ((f"{ODD}/court.html", http.client.IncompleteRead), (f"{ODD}/coupe.html", ConnectionResetError)):
            for _ in range(2):
                with self.assertRaises(error):
                    self.shop.get(path)
        for oddity, error in (("breaks-length", http.client.IncompleteRead), ("breaks-reset", ConnectionResetError)):
            with self.assertRaises(error):
                self.shop.get(self.of[oddity]["url"])
            self.assertIn("</html>", self.shop.get(self.of[oddity]["url"]).text)

    def test_chunks(self):
        answer = self.shop.get(self.of["chunked"]["url"])
        self.assertEqual(answer.fields["Transfer-Encoding"], "chunked")
        self.assertIn("</html>", answer.text)

    def test_failures_recover(self):
        for path in (self.of["fails-twice"]["url"], f"{ODD}/panne.html"):
            self.assertEqual([self.shop.get(path).status for _ in range(4)], [500, 500, 200, 200])
        for path in (self.of["busy-seconds"]["url"], f"{ODD}/doucement.html"):
            busy = self.shop.get(path)
            self.assertEqual((busy.status, busy.fields["Retry-After"], self.shop.get(path).status), (429, "1", 200))
        for path in (self.of["busy-date"]["url"], f"{ODD}/travaux.html"):
            busy = self.shop.get(path)
            until = email.utils.parsedate_to_datetime(busy.fields["Retry-After"]).timestamp()
            self.assertTrue(busy.status == 503 and 0 < until - time.time() < 3)
            self.assertEqual(self.shop.get(path).status, 200)
        self.assertEqual({self.shop.get(f"{ODD}/en-panne.html").status for _ in range(5)}, {500})
        self.assertEqual([self.shop.get(f"{ODD}/{name}.html").status for name in ("absent", "retire")], [404, 410])

    def test_redirects(self):
        book = self.books[0]
        self.assertEqual(self.moves(f"/ancien/{book['ean']}"), (301, book["url"]))
        self.assertEqual(self.moves(f"/livres/titre-d-avant-{book['ean']}.html"), (301, book["url"]))
        self.assertEqual(self.moves(f"{ODD}/boucle-a"), (302, f"{ODD}/boucle-b"))
        self.assertEqual(self.moves(f"{ODD}/boucle-b"), (302, f"{ODD}/boucle-a"))
        self.assertEqual(self.moves(f"{ODD}/soi"), (301, f"{ODD}/soi"))
        self.assertEqual(self.moves(f"{ODD}/prive"), (302, PRIVATE))
        self.assertRegex(self.moves(f"{ODD}/autre-hote")[1], "^http://localhost:")
        path, steps = f"{ODD}/chaine/1", 0
        while self.shop.get(path).status == 301:
            path, steps = self.moves(path)[1], steps + 1
        self.assertEqual((path, steps), (book["url"], 8))

    def test_one_page_has_several_addresses(self):
        for book in self.books[20:22]:
            body = self.shop.get(book["url"]).body
            escaped = book["url"].replace("-", "%2D")
            ends = ("/", "?sid=1", "?utm_source=x&sid=2")
            for other in (*(book["url"] + end for end in ends), escaped, escaped.lower()):
                self.assertEqual(self.shop.get(other).body, body, other)

    def test_lists_link_aliases_and_not_what_is_hidden(self):
        links, waiting = set(), ["/livres.html", "/books.html"]
        for path in waiting:
            for link in re.findall(r'<main>.*</main>', self.shop.get(path).text, re.S)[0].split('href="')[1:]:
                link = unescape(link.split('"')[0])
                link = path.split("?")[0] + link if link.startswith("?") else link
                if not re.search(r"\d{13}", link) and link not in waiting:
                    waiting.append(link)
                links.add(link)
        self.assertTrue(any("?sid=" in link for link in links) and any("utm_" in link for link in links))
        self.assertTrue(any("%2D" in link for link in links) and any(link.endswith("/") for link in links))
        for oddity in HIDDEN:
            self.assertNotIn(self.of[oddity]["url"], links)
        self.assertIn(f"/ancien/{self.of['moved']['ean']}", links)
        self.assertIn(self.of["behind-allow"]["url"], self.shop.get("/prive/ouvert/index.html").text)

    def test_what_robots_forbid_holds_decoys(self):
        for path in FORBIDDEN:
            self.assertIn(DECOY, self.shop.get(path.replace("é", "%C3%A9")).text, path)
        for path in ALLOWED:
            answer = self.shop.get(path)
            self.assertTrue(answer.status == 200 and DECOY not in answer.text, path)
        robots = self.shop.get("/robots.txt").text
        for rule in ("Crawl-delay: 10", "Allow: /prive/ouvert/", "Disallow: /*.php$", "Sitemap: http://127.0.0.1"):
            self.assertIn(rule, robots)
        self.assertIn("/prive/plan.html", self.shop.get("/sitemaps/rayons.xml").text)

    def test_traps_have_no_end(self):
        month = "/agenda?mois=9999-12"
        self.assertIn("?mois=9999-11", self.shop.get(month).text)
        self.assertIn('href="a/"', self.shop.get("/profond/" + "a/" * 200).text)
        facets = set(re.findall(r'href="(/filtre\?[^"]*)"', self.shop.get("/filtre?couleur=1").text))
        self.assertEqual(len(facets), 24)
        self.assertIn("couleur=1&amp;prix=2", "".join(facets))
        self.assertNotIn("product", re.sub(r"\.product", "", self.shop.get("/rayon-vide/1.html").text))
        self.assertEqual([self.shop.get(f"/rayon-vide/{n}.html").status for n in (400, 401)], [200, 404])

    def test_a_gzip_bomb_is_small_on_the_wire_and_valid(self):
        answer = self.shop.get(f"{ODD}/bombe.html", Accept_Encoding="gzip")
        self.assertEqual(answer.fields["Content-Encoding"], "gzip")
        self.assertLess(len(answer.body), 2_000_000)
        inflate, size, data = zlib.decompressobj(31), 0, answer.body
        while not inflate.eof:  # in pieces; the end checks its CRC and its size
            size += len(inflate.decompress(data, 1 << 20))
            data = inflate.unconsumed_tail
        self.assertGreater(size, 1 << 30)

    def test_a_huge_page_and_what_is_no_page(self):
        self.assertEqual(len(self.shop.get(f"{ODD}/enorme.html").body), 50_000_000)
        self.assertEqual(self.shop.get(f"{ODD}/enorme.html", "HEAD").body, b"")
        self.assertTrue(self.shop.get(f"{ODD}/fichier.html").body.startswith(b"%PDF"))
        self.assertEqual(self.shop.get(f"{ODD}/photo.html").fields["Content-Type"], "image/jpeg")

    def test_cookies_are_given_and_their_return_is_told(self):
        self.assertEqual(len(self.shop.get("/").fields.get_all("Set-Cookie")), 2)
        self.shop.get("/", Cookie="suivi=1")
        self.assertEqual([row["cookie"] for row in self.shop.lines("/__log")], ["", "suivi=1"])

    def test_odd_covers_are_named_by_books(self):
        named = {book["cover_url"].removeprefix("/img/") for book in self.books}
        self.assertTrue(set(ODD_COVERS) <= named)
        self.assertEqual(self.shop.get("/img/missing.jpg").status, 404)
        self.assertIn("<html>", self.shop.get("/img/page.jpg").text)


class CoverFiles(unittest.TestCase):
    def test_the_bomb_is_a_valid_png_of_one_colour(self):
        side = 3000  # the same maker; the full size has the same pieces, only more of them
        data = covers.bomb_png(side)
        at, pixels = data.index(b"IDAT"), None
        length = struct.unpack(">I", data[at - 4:at])[0]
        pixels = zlib.decompress(data[at + 4:at + 4 + length])  # checks the Adler-32
        self.assertEqual((len(pixels), set(pixels)), (side * (side + 1), {0}))
        full = covers.bomb_png()
        self.assertEqual(struct.unpack(">II", full[16:24]), (50_000, 50_000))
        self.assertLess(len(full), 3_000_000)

    def test_drawn_covers(self):
        if not importlib.util.find_spec("PIL"):
            if os.environ.get("BOOKRECO_TEST_STRICT") == "1":
                self.fail("Pillow is missing and BOOKRECO_TEST_STRICT is set")
            self.skipTest("needs Pillow")
        from PIL import Image
        with tempfile.TemporaryDirectory() as folder:
            covers.make(folder, count=10)
            opened = {file.name: Image.open(file) for file in Path(folder).iterdir() if file.name not in ("page.jpg", "bomb.png")}
            self.assertEqual(opened["alpha.png"].mode, "RGBA")
            self.assertEqual(opened["cmyk.jpg"].mode, "CMYK")
            self.assertEqual(opened["plain.webp"].format, "WEBP")
            self.assertEqual(opened["animated.gif"].n_frames, 4)
            self.assertEqual(opened["turned.jpg"].getexif()[0x0112], 6)
            self.assertEqual(opened["large.jpg"].size, (4000, 5000))
            with self.assertRaises(OSError):
                opened["truncated.jpg"].load()
            self.assertTrue(all(opened[f"c{n:03d}.jpg"].format == "JPEG" for n in range(10)))
            self.assertEqual((Path(folder) / "c009.jpg").read_bytes(), (Path(folder) / "c008.jpg").read_bytes())
            for image in opened.values():
                image.close()
            with Running("--plain", "--products", 10, "--covers", folder) as shop:
                answer = shop.get("/img/c003.jpg")
                self.assertEqual(answer.fields["Content-Type"], "image/jpeg")
                self.assertEqual(Image.open(io.BytesIO(answer.body)).format, "JPEG")


if __name__ == "__main__":
    unittest.main()
