"""What a running server answers, and how fresh it is."""
import time

from bookreco import SAMPLE, Case


class Serving(Case):
    def setUp(self):
        super().setUp()
        self.ingest(*SAMPLE[:2])
        self.run_program("-q", "fit")

    def test_the_endpoints(self):
        with self.server() as server:
            self.assertEqual(server.ask("/healthz")[0], 200)
            self.assertEqual(server.ask("/readyz")[0], 200)
            page = server.json("/v1/books?language=fr&sort=-published_on&page_size=5")
            self.assertEqual(len(page["books"]), 5)
            self.assertGreater(page["total"], 100)
            dates = [book.get("published_on", "") for book in page["books"]]
            self.assertEqual(dates, sorted(dates, reverse=True))
            book = page["books"][0]["id"]
            self.assertEqual(server.json(f"/v1/books/{book}")["id"], book)
            for metric in ("cosine", "euclidean", "taxicab"):
                near = server.json(f"/v1/books/{book}/similar?metric={metric}&k=7")
                self.assertEqual(len(near["books"]), 7)
            author = server.json("/v1/authors")["authors"][0]
            self.assertGreater(author["books"], 1)
            for facets in ("collections", "labels", "clusters"):
                self.assertTrue(server.json(f"/v1/{facets}")[facets], facets)
            found = server.json("/v1/search", {"query": "voyage en mer", "language": ["fr"], "k": 5})
            self.assertEqual(len(found["books"]), 5)
            picks = server.json("/v1/recommendations", {"loved": [book], "k": 5})
            self.assertTrue(all(hit["reasons"] for hit in picks["books"]))
            self.assertIn("bookreco_http_requests_total", server.ask("/metrics")[2])
            self.assertIn("/v1/search", server.json("/openapi.json")["paths"])
            self.assertIn("swagger", server.ask("/docs")[2].lower() + server.ask("/docs/")[2].lower())
            self.assertIn("<html", server.ask("/")[2])

    def test_the_original_paths_lead_to_the_new_ones(self):
        with self.server() as server:
            for path in ("/books?page_size=1", "/collections", "/book/9782710381419"):
                status, headers, _ = server.ask(path)
                self.assertIn(status, (301, 307, 308), path)
                self.assertTrue(headers["Location"].startswith("/v1/"), path)

    def test_reads_are_cached_by_etag(self):
        with self.server() as server:
            _, headers, _ = server.ask("/v1/books?page_size=2")
            status, _, body = server.ask("/v1/books?page_size=2", headers={"If-None-Match": headers["ETag"]})
            self.assertEqual((status, body), (304, ""))

    def test_a_posted_book_is_found_and_has_neighbours(self):
        book = {"title": "Le Phare des brumes perdues", "authors": ["Aline Kervadec"], "language": "fr",
                "description": "Un gardien de phare breton affronte la tempête et la solitude de la mer.",
                "labels": ["Roman", "Mer"]}
        with self.server() as server:
            posted = server.json("/v1/books", book)
            start = time.monotonic()
            key, = posted["ids"]

            def found():
                hits = server.json("/v1/search", {"query": "phare des brumes perdues", "k": 3})["books"]
                return any(hit["book"]["id"] == key for hit in hits)

            self.wait_until(found, "the posted book in search")
            print(f"visible in search after {time.monotonic() - start:.2f} s")
            near = server.json(f"/v1/books/{key}/similar?k=5")
            self.assertEqual(len(near["books"]), 5)
            self.assertEqual(server.json("/v1/books", book)["unchanged"], 1)
            changed = dict(book, page_count=321)
            self.assertEqual(server.json("/v1/books", changed)["updated"], 1)

    def test_an_ingest_beside_the_server_is_served(self):
        with self.server() as server:
            rows = "".join(f'{{"title": "Carnet de bord {i}", "authors": ["Auteur {i % 7}"], "language": "fr", '
                           f'"description": "Journal du capitaine, escale numéro {i}, voiles et marées."}}\n' for i in range(500))
            before = self.json_of("status")["books"]
            self.ingest(self.write("more.jsonl", rows))
            start = time.monotonic()
            self.wait_until(lambda: server.json("/v1/search", {"query": "Carnet de bord 499", "mode": "lexical"})["books"],
                            "an ingested book in search")
            print(f"served {time.monotonic() - start:.2f} s after the end of the ingest")
            self.assertEqual(self.json_of("status")["books"], before + 500)

    def test_a_server_on_an_empty_catalogue_says_so_and_fills(self):
        with self.server(data=self.folder / "empty") as server:
            self.assertEqual(server.ask("/healthz")[0], 200)
            self.assertEqual(server.ask("/readyz")[0], 503)
            self.assertEqual(server.json("/v1/books")["total"], 0)
            self.assertEqual(server.ask("/v1/search", {"query": "x"})[0], 503)
            self.ingest(SAMPLE[1], data=self.folder / "empty")
            self.wait_until(lambda: server.ask("/readyz")[0] == 200, "ready after the first load")
