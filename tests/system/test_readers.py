"""Readers on the real program: grades, imports, and what bad input is told."""
import json
import signal
import subprocess
import threading
import time
import unittest
import urllib.parse

from bookreco import PROGRAM, SAMPLE, Case, environment, test_data

GOODREADS = ("Book Id,Title,Author,ISBN,ISBN13,My Rating,Date Read,Date Added,Bookshelves,Exclusive Shelf\n"
             "1,Les Misérables,Victor Hugo,,,5,2020/01/31,,,read\n"
             '2,"L\'Étranger",Albert Camus,"=""""","=""""",0,,2021/02/03,,to-read\n'
             "3,No such book at all,Nobody,,,4,,,,read\n")


class Readers(Case):
    def setUp(self):
        super().setUp()
        self.ingest(*SAMPLE)
        self.run_program("-q", "fit")

    def report(self, summary):
        with open(summary["report"], encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    @staticmethod
    def picks(server, reader, **parameters):
        path = f"/v1/readers/{urllib.parse.quote(reader, safe='')}/recommendations"
        return server.json(path + "?" + urllib.parse.urlencode(parameters))

    def test_the_samples_readers_are_answered_at_once(self):
        with self.server() as server:
            readers = server.json("/v1/readers?prefix=synthetic-&page_size=3")
            self.assertEqual(readers["total"], 400)
            reader = readers["readers"][0]["id"]
            library = server.json(f"/v1/readers/{reader}/library?page_size=200")
            answer = self.picks(server, reader, k=20)
            self.assertEqual(answer["strategy"], "hybrid")
            self.assertGreater(answer["history"], 3)
            self.assertEqual(len(answer["books"]), 20)
            self.assertTrue(all(hit["reasons"] for hit in answer["books"]))
            known = {entry["id"] for entry in library["books"]}
            self.assertFalse(known & {hit["book"]["id"] for hit in answer["books"]})
            loved = server.json(f"/v1/readers/{reader}/library?kind=loved,liked")
            self.assertLess(0, loved["total"])
            self.assertLess(loved["total"], library["total"])
            self.assertEqual(self.json_of("recommend", "--reader", reader, "-k", 20)["books"], answer["books"])

    def test_a_grade_counts_in_the_very_next_answer(self):
        with self.server() as server:
            self.assertEqual(self.picks(server, "new one")["strategy"], "tour")
            hit = server.json("/v1/search?query=Les+Mis%C3%A9rables&k=1")["books"][0]["book"]
            path = f"/v1/readers/new%20one/library/{hit['id']}"
            entry = server.json(path, {"kind": "rating", "value": 4.5}, method="PUT")
            self.assertEqual(entry["statements"][0]["value"], 4.5)
            times = []
            for kind in ("loved", "liked", "loved"):
                start = time.monotonic()
                server.json(path, {"kind": kind}, method="PUT")
                answer = self.picks(server, "new one")
                times.append(time.monotonic() - start)
                self.assertEqual(answer["strategy"], "hybrid")
                self.assertNotIn(hit["id"], [one["book"]["id"] for one in answer["books"]])
            print(f"a grade to the changed answer: {min(times) * 1000:.1f} ms")
            hidden = answer["books"][0]["book"]["id"]
            server.json(f"/v1/readers/new%20one/library/{hidden}", {"kind": "hide"}, method="PUT")
            self.assertNotIn(hidden, [one["book"]["id"] for one in self.picks(server, "new one", k=50)["books"]])
            library = server.json("/v1/readers/new%20one/library")
            self.assertEqual([one["statements"][0]["kind"] for one in library["books"]], ["hide", "loved"])
            server.json(f"/v1/readers/new%20one/library/{hidden}?kind=hide", method="DELETE")
            self.assertIn(hidden, [one["book"]["id"] for one in self.picks(server, "new one", k=50)["books"]])
            self.assertEqual(server.json("/v1/readers/new%20one", method="DELETE")["removed"], 1)
            self.assertEqual(self.picks(server, "new one")["strategy"], "tour")
            server.json("/v1/readers/new%20one/library", status=404)

    def test_interactions_come_in_batches(self):
        with self.server() as server:
            book = server.json("/v1/books?page_size=1")["books"][0]["id"]
            row = {"reader": "anna", "book": book, "kind": "click", "idempotency_key": "visit 1"}
            answer = server.json("/v1/interactions", [row, row, dict(row, idempotency_key="visit 2")])
            self.assertEqual((answer["recorded"], answer["known"]), (2, 1))
            self.assertEqual(server.json("/v1/interactions", row)["known"], 1)
            mixed = [row, dict(row, book="9999"), dict(row, kind="rating", value=6), dict(row, reader="")]
            answer = server.json("/v1/interactions", mixed, status=207)
            self.assertEqual([one["outcome"] for one in answer["rows"]], ["known"] + 3 * ["refused"])
            server.json("/v1/interactions", mixed[1:], status=422)
            lines = "\n".join(json.dumps(dict(row, idempotency_key=str(i))) for i in range(1000))
            start = time.monotonic()
            answer = server.json("/v1/interactions", raw=lines.encode(), headers={"Content-Type": "application/x-ndjson"})
            print(f"1,000 interactions in {(time.monotonic() - start) * 1000:.0f} ms")
            self.assertEqual(answer["recorded"], 1000)
            too_many = "\n".join([json.dumps(row)] * 10_001)
            server.json("/v1/interactions", status=400, raw=too_many.encode(),
                        headers={"Content-Type": "application/x-ndjson"})

    def test_bad_input_is_told(self):
        with self.server() as server:
            book = server.json("/v1/books?page_size=1")["books"][0]["id"]
            path = f"/v1/readers/r/library/{book}"
            for body in ({"kind": "rating", "value": 5.25}, {"kind": "rating", "value": 0}, {"kind": "rating"},
                         {"kind": "adored"}, {"kind": "click"}, {"kind": "loved", "value": 3}, {},
                         {"kind": "loved", "at": "2999-01-01"}, {"kind": "loved", "at": "soon"}):
                server.json(path, body, status=400, method="PUT")
            for raw in (b'{"kind":"rating","value":NaN}', b'{"kind":"rating","value":1e999}', b'{"kind":"loved"'):
                server.json(path, status=400, method="PUT", raw=raw)
            server.json("/v1/readers/r/library/nowhere", {"kind": "loved"}, status=404, method="PUT")
            server.json(path, status=404, method="DELETE")
            server.json("/v1/readers/r", status=404, method="DELETE")
            server.json("/v1/readers/%FF/library", status=400)
            server.json("/v1/readers/a%00b/library", status=400)
            server.json("/v1/readers/r/recommendations?loved=x", status=400)
            server.json("/v1/readers/r/recommendations?k=-1", status=400)
            server.json(f"/v1/readers/{'x' * 257}/recommendations", status=400)
            self.assertEqual(server.json("/v1/readers?prefix=r")["total"], 0)
            for reader in ("a/b?c#d", "' OR 1=1 --", "\U0001F469\u200D\U0001F4BB", "%41", "a b", "-" * 256):
                where = f"/v1/readers/{urllib.parse.quote(reader, safe='')}"
                server.json(f"{where}/library/{book}", {"kind": "loved"}, method="PUT")
                self.assertEqual(server.json(f"{where}/library")["reader"], reader)
                self.assertEqual(self.picks(server, reader)["reader"], reader)
                self.assertEqual(server.json(where, method="DELETE")["removed"], 1)

    def test_visitors_need_no_account(self):
        with self.server() as server:
            book = server.json("/v1/search?query=Dracula&k=1&language=en")["books"][0]["book"]["id"]
            also = server.json(f"/v1/books/{book}/also-loved?k=3")
            self.assertEqual((also["strategy"], len(also["books"])), ("readers", 3))
            self.assertTrue(all(hit["readers"] > 0 for hit in also["books"]))
            self.assertNotIn(book, [hit["book"]["id"] for hit in also["books"]])
            self.assertEqual(self.json_of("also-loved", "Dracula", "--language", "en", "-k", 3)["strategy"], "readers")
            events = [{"book": book, "kind": "click", "at": "2999-01-01T00:00:00Z"}, {"book": "no such book", "kind": "view"}]
            answer = server.json("/v1/session/recommendations", {"events": events, "k": 5})
            self.assertEqual((answer["ignored"], answer["history"], len(answer["books"])), (1, 1, 5))
            self.assertNotIn(book, [hit["book"]["id"] for hit in answer["books"]])
            start = time.monotonic()
            answer = server.json("/v1/session/recommendations", {"events": 5000 * events, "k": 5})
            print(f"a session of 10,000 events: {(time.monotonic() - start) * 1000:.0f} ms")
            self.assertEqual(answer["ignored"], 5000)
            for events in ([{"book": book, "kind": "seen"}], [{"kind": "click"}], 10_001 * [{"book": book, "kind": "view"}]):
                server.json("/v1/session/recommendations", {"events": events}, status=400)
            self.assertEqual(server.json("/v1/session/recommendations", {"events": []})["strategy"], "tour")
            self.assertEqual(server.json("/v1/readers?page_size=1")["total"], 400, "nobody was stored")

    def test_a_newcomer_is_asked_what_follows_from_the_answers(self):
        with self.server() as server:
            first = server.json("/v1/onboarding?k=5&language=fr")
            self.assertEqual((first["strategy"], len(first["books"])), ("readers", 5))
            self.assertEqual(server.json("/v1/onboarding?k=5&language=fr")["books"], first["books"])
            self.assertEqual(self.json_of("onboarding", "--language", "fr", "-k", 5)["books"], first["books"])
            authors = [author for hit in first["books"] for author in hit["book"]["authors"]]
            self.assertEqual(len(authors), len(set(authors)))
            grades, asked = {"loved": [], "disliked": [], "unknown": []}, set()
            for turn in range(12):
                start = time.monotonic()
                answer = server.json("/v1/onboarding", {**grades, "k": 1, "language": "fr"})
                took = time.monotonic() - start
                book = answer["books"][0]["book"]
                self.assertNotIn(book["id"], asked)
                self.assertEqual(book["language"], "fr")
                asked.add(book["id"])
                grades[("loved", "disliked", "unknown")[turn % 3]].append(book["id"])
            print(f"the next question: {took * 1000:.1f} ms")
            liked = server.json("/v1/onboarding", {"loved": [first["books"][0]["book"]["id"]], "k": 5, "language": "fr"})
            self.assertNotEqual([hit["score"] for hit in liked["books"]], [hit["score"] for hit in first["books"][1:]])
            server.json("/v1/onboarding", {"loved": ["no such book"]}, status=400)
            server.json("/v1/onboarding?k=101", status=400)

    def test_a_long_exclude_list(self):
        with self.server() as server:
            reader = "synthetic-0001"
            first = self.picks(server, reader, k=10)["books"]
            excluded = [f"no-such-book-{i}" for i in range(100_000)] + [hit["book"]["id"] for hit in first[:5]]
            answer = server.json(f"/v1/readers/{reader}/recommendations", {"k": 10, "exclude_id": excluded})
            left = [hit["book"]["id"] for hit in answer["books"]]
            self.assertEqual(len(left), 10)
            self.assertFalse(set(left) & set(excluded))
            for path in ("/v1/recommendations", "/v1/search"):
                hits = server.json(path, {"k": 10, "exclude_id": excluded})["books"]
                self.assertFalse({hit["book"]["id"] for hit in hits} & set(excluded), path)
            server.json(f"/v1/readers/{reader}/recommendations", {"exclude_id": 3 * excluded}, status=400)

    def test_what_was_shown_and_passed_over_gives_way(self):
        reader = "synthetic-0001"
        with self.server() as server:
            first = self.picks(server, reader, k=5)
            shown = [hit["book"]["id"] for hit in first["books"]]
            rows = [{"reader": reader, "book": book, "kind": "impression", "answer": first["answer"]} for book in shown]
            self.assertEqual(server.json("/v1/interactions", 3 * rows)["recorded"], 15)
            self.until_shown(server, reader, 5)
            after = [hit["book"]["id"] for hit in self.picks(server, reader, k=5)["books"]]
            self.assertNotEqual(after, shown)
            still = [hit["book"]["id"] for hit in self.picks(server, reader, k=5, rotation=0)["books"]]
            self.assertEqual(still, shown)
            click = {"reader": reader, "book": shown[0], "kind": "click", "answer": first["answer"]}
            server.json("/v1/interactions", click)
            self.until_shown(server, reader, 4)
            server.json("/v1/interactions", dict(click, answer="x"), status=422)
            server.json(f"/v1/readers/{reader}/impressions?k=1", status=400)
            server.json("/v1/readers/nobody/impressions", status=404)
        exported = self.json_of("readers", "show", reader)
        self.assertEqual({row["book"] for row in exported["impressions"]}, set(shown[1:]))
        with self.server() as server:
            server.json(f"/v1/readers/{reader}", method="DELETE")
            server.json(f"/v1/readers/{reader}/library/{shown[0]}", {"kind": "loved"}, method="PUT")
            self.assertEqual(server.json(f"/v1/readers/{reader}/impressions")["impressions"], [])

    def until_shown(self, server, reader, count):
        for _ in range(100):
            found = server.json(f"/v1/readers/{reader}/impressions")["impressions"]
            if len(found) == count:
                return
            time.sleep(0.1)
        self.fail(f"{len(found)} impressions, expected {count}")

    def test_a_book_that_cannot_be_had_is_found_and_not_recommended(self):
        reader = "synthetic-0001"
        with self.server() as server:
            book = self.picks(server, reader, k=1)["books"][0]["book"]
            title = urllib.parse.quote(book["title"])
            server.json("/v1/books", dict({key: value for key, value in book.items() if key not in ("id", "work_id")},
                                          available=False))
            for _ in range(100):
                if book["id"] not in {hit["book"]["id"] for hit in self.picks(server, reader, k=50)["books"]}:
                    break
                time.sleep(0.1)
            else:
                self.fail("it is still recommended")
            asked = self.picks(server, reader, k=50, available="any")["books"]
            self.assertIn(book["id"], {hit["book"]["id"] for hit in asked})
            found = server.json(f"/v1/search?query={title}")["books"]
            self.assertIs(next(hit["book"]["available"] for hit in found if hit["book"]["id"] == book["id"]), False)
            self.assertEqual(server.json("/v1/books?available=false")["total"], 1)

    def test_a_reader_with_a_hundred_thousand_interactions(self):
        with self.server() as server:
            books = [book["id"] for page in (1, 2, 3) for book in server.json(f"/v1/books?page_size=180&page={page}")["books"]]
            rows = "reader,book,kind,at\n" + "".join(
                f"glutton,{books[i % len(books)]},{('view', 'click')[i % 2]},{1_600_000_000 + i}\n" for i in range(100_000))
            start = time.monotonic()
            summary = self.json_of("readers", "import", self.write("many.csv", rows))
            print(f"100,000 rows of one reader in {time.monotonic() - start:.1f} s")
            self.assertEqual(summary["recorded"], 100_000)
            for answer in (server.json("/v1/readers/glutton/library"), self.picks(server, "glutton")):
                self.assertIn("books", answer)
            start = time.monotonic()
            server.json(f"/v1/readers/glutton/library/{books[0]}", {"kind": "loved"}, method="PUT")
            answer = self.picks(server, "glutton")
            print(f"a grade and the next answer of such a reader: {(time.monotonic() - start) * 1000:.0f} ms")
            self.assertEqual(answer["history"], 1)
            self.assertEqual(server.json("/v1/readers/glutton", method="DELETE")["removed"], 100_001)

    def test_an_export_is_loaded_once_and_mended(self):
        export = self.write("library.csv", GOODREADS)
        dry = self.json_of("readers", "import", "--reader", "anna", "--dry-run", export)
        self.assertEqual((dry["recorded"], dry["refused"], dry["dry_run"]), (2, 1, True))
        self.run_program("readers", "show", "anna", code=66)
        first = self.json_of("readers", "import", "--reader", "anna", export)
        self.assertEqual((first["recorded"], first["refused"]), (2, 1))
        rows = self.report(first)
        self.assertEqual([row["outcome"] for row in rows if row["row"] == 4], ["refused"])
        self.assertTrue(all(row["matched"] == "title_author" and row["confidence"] > 0.9
                            for row in rows if row["outcome"] == "recorded"))
        again = self.json_of("readers", "import", "--reader", "anna", export)
        self.assertEqual((again["recorded"], again["known"], again["refused"]), (0, 2, 1))
        mended = self.write("library.csv", GOODREADS.replace("No such book at all,Nobody", "Germinal,Émile Zola"))
        last = self.json_of("readers", "import", "--reader", "anna", mended)
        self.assertEqual((last["recorded"], last["known"], last["refused"]), (1, 2, 0))
        shown = self.json_of("readers", "show", "anna")
        self.assertEqual(shown["total"], 3)
        self.assertIn("Germinal", [book["book"]["title"] for book in shown["books"]])
        self.assertEqual(len(self.json_of("recommend", "--reader", "anna", "-k", 5)["books"]), 5)
        self.assertEqual(self.json_of("readers", "remove", "anna")["removed"], 3)
        self.run_program("readers", "import", self.write("empty.csv", ""), code=65)
        self.run_program("readers", "import", self.folder / "nowhere.csv", code=66)
        self.run_program("readers", "import", "--threshold", "2", export, code=64)

    def test_an_import_that_is_killed_is_run_again(self):
        books = [json.loads(line)["title"] for line in SAMPLE[0].read_text(encoding="utf-8").splitlines()]
        authors = [json.loads(line)["authors"][0] for line in SAMPLE[0].read_text(encoding="utf-8").splitlines()]
        rows = "".join(json.dumps({"reader": f"r{i // 50}", "kind": "rating", "value": 1 + i % 5,
                                   "at": f"2024-01-{1 + i % 28:02}",
                                   "book": {"title": books[i % len(books)], "authors": [authors[i % len(books)]]}}) + "\n"
                       for i in range(60_000))
        file = self.write("ratings.jsonl", rows)
        whole = self.folder / "whole"
        self.ingest(*SAMPLE, data=whole)
        expected = self.json_of("readers", "import", file, data=whole)
        self.assertEqual(expected["refused"], 0)
        for wait in (0.05, 0.15, 0.3):
            process = subprocess.Popen([PROGRAM, "-q", "readers", "import", str(file)], env=environment(self.data),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            process.wait()
        summary = self.json_of("readers", "import", file)
        self.assertEqual(summary["recorded"] + summary["known"], expected["recorded"])
        self.assertEqual((summary["merged"], summary["replaced"]), (expected["merged"], 0))
        again = self.json_of("readers", "import", file)
        self.assertEqual((again["recorded"], again["known"]), (0, expected["recorded"]))
        self.assertEqual(self.json_of("status")["interactions"], self.json_of("status", data=whole)["interactions"])
        for reader in ("r0", "r7", "r1199"):
            self.assertEqual(self.json_of("readers", "show", reader, "-k", 1000),
                             self.json_of("readers", "show", reader, "-k", 1000, data=whole))

    def test_writers_do_not_lose_each_other(self):
        with self.server() as server:
            books = [book["id"] for book in server.json("/v1/books?page_size=50")["books"]]

            def grade(reader):
                for book in books:
                    server.json(f"/v1/readers/{reader}/library/{book}", {"kind": "liked"}, method="PUT")

            threads = [threading.Thread(target=grade, args=(f"writer-{i}",)) for i in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            readers = server.json("/v1/readers?prefix=writer-")["readers"]
            self.assertEqual([reader["interactions"] for reader in readers], [50] * 4)

    def test_goodbooks_ratings_find_their_books(self):
        folder = "goodbooks-10k/"
        files = [test_data(folder + name) for name in ("books.csv.xz", "ratings-kaggle-v1.csv.xz", "to_read.csv.xz")]
        data = self.folder / "goodbooks"
        self.ingest(files[0], data=data)
        start = time.monotonic()
        summary = self.json_of("readers", "import", *files, data=data)
        print(f"goodbooks: {summary['rows']} rows in {time.monotonic() - start:.1f} s")
        self.assertEqual(summary["rows"], 981_756 + 912_705)
        self.assertLess(summary["refused"], 0.01 * summary["rows"])


if __name__ == "__main__":
    unittest.main()
