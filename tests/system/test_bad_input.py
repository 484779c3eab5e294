"""Files and requests as nobody should send them: each refused with its reason, nothing half stored, the rest served."""
import bz2
import contextlib
import gzip
import json
import lzma
import os
import pathlib
import resource
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from bookreco import PROGRAM, SAMPLE, Case, environment

EAN = "9782710381419"


def row(title, **fields):
    return json.dumps({"title": title, "authors": ["Aline Kervadec"], "language": "fr"} | fields, ensure_ascii=False)


def furet(title, **fields):
    return {"product_title": title, "author": "Aline Kervadec", "resume": "", "labels": ["Livres", "Roman"],
            "information": {"Langue": "Français"}, "image_url": ""} | fields


class BadFiles(Case):
    def load(self, *files, **options):
        """The summary, once its numbers add up."""
        summary = self.ingest(*files, **options)
        outcomes = sum(summary[name] for name in ("loaded", "updated", "unchanged", "merged", "rejected"))
        self.assertEqual(summary["read"], outcomes, summary)
        self.check_whole()
        return summary

    def rejects(self):
        """Every line of every reject file."""
        lines = []
        for path in sorted(self.data.glob("batches/*/rejects.jsonl")):
            lines += [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            self.assertTrue(line["reason"], line)
            self.assertGreaterEqual(line["row"], 1, line)
        return lines

    def reject(self, **expected):
        """The one reject that has these values."""
        found = [line for line in self.rejects() if all(line.get(key) == value for key, value in expected.items())]
        self.assertEqual(len(found), 1, (expected, self.rejects()))
        return found[0]

    def books(self):
        with contextlib.closing(sqlite3.connect(self.data / "bookreco.db")) as database:
            database.row_factory = sqlite3.Row
            return {book["title"]: dict(book) for book in database.execute("SELECT * FROM books WHERE NOT deleted")}

    def check_whole(self):
        with contextlib.closing(sqlite3.connect(self.data / "bookreco.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])

    def refused(self, path, *words):
        """The file is refused as a whole, by its name and with these words."""
        done = subprocess.run([PROGRAM, "-q", "ingest", path], capture_output=True, env=environment(self.data), timeout=120)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 65, said)
        self.assertIn(pathlib.Path(path).name, said)
        for word in words:
            self.assertIn(word, said.lower())
        return said

    def broken_off(self, path):
        """The rows before the break are kept, which standard error and the reject file tell."""
        done = self.run_program("--json", "-q", "ingest", path, code=65)
        said = done.stderr.decode()
        self.assertEqual(said.count("\n"), 1, said)
        for word in (path.name, "fetch it again"):
            self.assertIn(word, said)
        if not done.stdout:  # not one row of it
            self.assertEqual(self.json_of("status")["books"], 0)
            return
        summary = json.loads(done.stdout)
        self.assertEqual(len(summary["lost"]), 1)
        self.assertGreaterEqual(summary["rejected"], 1)
        breaks = [line for line in self.rejects() if "breaks off" in line["reason"]]
        self.assertEqual(len(breaks), 1)
        self.assertIn(path.name, json.dumps(breaks[0]))
        self.check_whole()

    # Containers and encodings

    def test_truncated_archives_are_named_and_the_whole_ones_load(self):
        plain = "".join(row(f"Titre {i}", description="mer " * (i % 50)) + "\n" for i in range(3000)).encode()
        zst = subprocess.run(["zstd", "-q", "-c"], input=plain, capture_output=True, check=True).stdout
        for name, packed in {"a.gz": gzip.compress(plain), "a.xz": lzma.compress(plain), "a.bz2": bz2.compress(plain),
                             "a.zst": zst}.items():
            with self.subTest(name):
                self.data = self.folder / name.replace(".", "-")
                self.broken_off(self.write("cut-" + name, packed[:len(packed) * 2 // 3]))
                self.assertLess(self.json_of("status")["books"], 3000)
                if name == "a.gz":
                    self.assertGreater(self.json_of("status")["books"], 500)
                self.load(self.write(name, packed))
                self.assertEqual(self.json_of("status")["books"], 3000)

    def test_damaged_archives_are_named(self):
        plain = "".join(row(f"Titre {i}") + "\n" for i in range(3000)).encode()
        zst = subprocess.run(["zstd", "-q", "-c"], input=plain, capture_output=True, check=True).stdout
        for name, packed in {"a.xz": lzma.compress(plain), "a.bz2": bz2.compress(plain), "a.zst": zst}.items():
            with self.subTest(name):
                self.data = self.folder / name.replace(".", "-")
                damaged = bytearray(packed)
                damaged[len(damaged) // 2] ^= 0xFF
                path = self.write("damaged-" + name, bytes(damaged))
                self.assertIn(path.name, self.run_program("-q", "ingest", path, code=65).stderr.decode())
                self.check_whole()

    def test_a_flipped_byte_in_gzip_is_found_and_nothing_is_loaded(self):
        packed = gzip.compress("".join(row(f"Titre {i}") + "\n" for i in range(3000)).encode())
        for place in (len(packed) // 2, len(packed) - 6, len(packed) - 2):
            with self.subTest(place):
                damaged = bytearray(packed)
                damaged[place] ^= 0x01
                self.refused(self.write("flipped.jsonl.gz", bytes(damaged)), "damaged", "again")
                self.assertEqual(self.json_of("status")["books"], 0)

    def test_gzip_members_one_after_the_other_are_one_file(self):
        members = [gzip.compress((row(f"Titre {i}") + "\n").encode()) for i in range(50)]
        summary = self.load(self.write("members.jsonl.gz", b"".join(members) + b"\0" * 512))
        self.assertEqual((summary["read"], summary["loaded"], summary["lost"]), (50, 50, []))

    def test_garbage_behind_gzip_is_told(self):
        packed = gzip.compress((row("Un") + "\n" + row("Deux") + "\n").encode())
        self.broken_off(self.write("trailing.jsonl.gz", packed + b"<html>504 Gateway Timeout</html>"))
        self.assertEqual(set(self.books()), {"Un", "Deux"})

    def test_a_truncated_file_does_not_stop_the_others(self):
        packed = gzip.compress("".join(row(f"Titre {i}", description=os.urandom(50).hex()) + "\n" for i in range(3000)).encode())
        cut = self.write("cut.jsonl.gz", packed[:len(packed) // 2])
        done = self.run_program("--json", "-q", "ingest", cut, self.write("whole.jsonl", row("Entier")), code=65)
        self.assertIn("cut.jsonl.gz", done.stderr.decode())
        self.assertIn("Entier", self.books())
        self.assertGreater(json.loads(done.stdout)["loaded"], 1000)

    def test_empty_files_say_that_they_are_empty(self):
        for name, content in {"empty.jsonl": b"", "empty.json.gz": gzip.compress(b""), "blank.jsonl": b"\n \n\n"}.items():
            with self.subTest(name):
                self.refused(self.write(name, content), "empty")

    def test_binary_files_are_not_catalogues(self):
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0" + bytes(range(256)) * 20
        self.refused(self.write("cover.png", png))
        self.refused(PROGRAM.resolve())
        self.refused(self.write("zeros.json", b"\0" * 100_000))

    def test_a_folder_or_an_absent_file_is_named(self):
        self.assertIn("absent.json", self.run_program("ingest", self.folder / "absent.json", code=66).stderr.decode())
        done = subprocess.run([PROGRAM, "ingest", self.folder], capture_output=True, env=environment(self.data), timeout=60)
        self.assertIn(done.returncode, (65, 66, 74))
        self.assertIn(self.folder.name, done.stderr.decode())

    def test_latin_1_is_read_as_what_it_is(self):
        summary = self.load(self.write("latin1.jsonl", (row("Été à Noël, un cœur") + "\n").replace("œ", "oe").encode("latin-1")))
        self.assertEqual(summary["loaded"], 1)
        self.assertIn("Été à Noël, un coeur", self.books())

    def test_utf_16_is_read_or_refused_by_name(self):
        for encoding in ("utf-16-le", "utf-16-be"):
            with self.subTest(encoding):
                bom = "\ufeff".encode(encoding)
                path = self.write(encoding + ".jsonl", bom + (row("L'Été") + "\n").encode(encoding))
                done = subprocess.run([PROGRAM, "-q", "ingest", path], capture_output=True, env=environment(self.data), timeout=60)
                if done.returncode == 0:
                    self.assertIn("L'Été", self.books())
                else:
                    self.assertEqual(done.returncode, 65)
                    self.assertIn("UTF-16", done.stderr.decode())

    def test_a_byte_order_mark_and_windows_line_ends_are_passed_over(self):
        self.load(self.write("bom.jsonl", ("\ufeff" + row("Un") + "\r\n" + row("Deux") + "\r\n").encode()))
        self.assertEqual(set(self.books()), {"Un", "Deux"})

    # Lines without an end

    def feed_long_line(self, before, after, gibibytes=2):
        """Pipes `before`, 2 GiB without a newline, `after`; answers the summary and the peak of memory in MB."""
        process = subprocess.Popen([PROGRAM, "--json", "-q", "ingest", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(self.data))

        def feed():
            chunk = b"x" * (1 << 20)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(before)
                for _ in range(gibibytes << 10):
                    process.stdin.write(chunk)
                process.stdin.write(after)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        feeder.join()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(process.returncode, 0, err.decode())
        return json.loads(out), usage.ru_maxrss / 1024

    def test_a_line_of_2_gb_is_rejected_in_bounded_memory(self):
        before, after = row("Avant") + '\n{"title": "', '"}\n' + row("Après") + "\n"
        summary, peak = self.feed_long_line(before.encode(), after.encode())
        print(f"peak {peak:.0f} MB")
        self.assertLess(peak, 500)
        self.assertEqual((summary["read"], summary["loaded"], summary["rejected"]), (3, 2, 1))
        self.assertEqual(set(self.books()), {"Avant", "Après"})
        self.reject(row=2)

    def test_a_json_text_of_2_gb_is_rejected_in_bounded_memory(self):
        before = "[" + json.dumps(furet("Avant")) + ',\n{"product_title": "'
        after = '"},\n' + json.dumps(furet("Après")) + "]"
        summary, peak = self.feed_long_line(before.encode(), after.encode())
        print(f"peak {peak:.0f} MB")
        self.assertLess(peak, 500)
        self.assertEqual(summary["read"], summary["loaded"] + summary["rejected"])
        self.assertIn("Avant", self.books())
        self.assertGreaterEqual(summary["rejected"], 1)

    # Broken JSON

    def test_broken_json_in_the_middle_of_lines(self):
        lines = [row("Un"), '{"title": "Deux", "authors": [', row("Trois"), "not json", "[1, 2]", '"text"', "null", row("Quatre")]
        summary = self.load(self.write("broken.jsonl", "\n".join(lines) + "\n"))
        self.assertEqual((summary["read"], summary["loaded"], summary["rejected"]), (8, 3, 5))
        self.assertEqual(set(self.books()), {"Un", "Trois", "Quatre"})
        self.assertEqual([line["row"] for line in self.rejects()], [2, 4, 5, 6, 7])

    def test_broken_json_in_the_middle_of_the_scrapers_array(self):
        good = [json.dumps(furet(title)) for title in ("Un", "Trois", "Cinq")]
        broken = '{"product_title": "Deux", "author": }'
        text = f"[\n{good[0]},\n{broken},\n{good[1]},\n{{'a': 1}},\n{good[2]}\n]"
        summary = self.load(self.write("broken.json", text))
        self.assertEqual((summary["read"], summary["loaded"], summary["rejected"]), (5, 3, 2))
        self.assertEqual(set(self.books()), {"Un", "Trois", "Cinq"})
        self.assertEqual([line["row"] for line in self.rejects()], [2, 4])

    def test_an_array_cut_short_keeps_what_was_whole(self):
        text = "[" + ",".join(json.dumps(furet(f"Titre {i}")) for i in range(20))
        path = self.write("cut.json", text[:-30])
        done = subprocess.run([PROGRAM, "--json", "-q", "ingest", path], capture_output=True, env=environment(self.data),
                              timeout=60)
        if done.returncode == 0:
            summary = json.loads(done.stdout)
            self.assertEqual((summary["read"], summary["loaded"], summary["rejected"]), (20, 19, 1))
            self.reject(row=20)
        else:
            self.assertIn(done.returncode, (65, 74))
            self.assertIn("cut.json", done.stderr.decode())

    def test_json_of_a_thousand_levels(self):
        deep = '{"title": ' + "[" * 5000 + "]" * 5000 + "}"
        summary = self.load(self.write("deep.jsonl", f"{row('Un')}\n{deep}\n{row('Deux')}\n"))
        self.assertEqual((summary["loaded"], summary["rejected"]), (2, 1))
        self.reject(row=2)

    # Values

    def test_duplicates_with_different_texts_become_one_book(self):
        rows = [row("Antigone", ean=EAN, description="Court.", labels=["Théâtre"]),
                row("Antigone", ean=EAN, description="Un texte nettement plus long.", labels=["Tragédie"], page_count=128)]
        summary = self.load(self.write("twice.jsonl", "\n".join(rows)))
        self.assertEqual((summary["read"], summary["loaded"], summary["merged"]), (2, 1, 1))
        book = self.books()["Antigone"]
        self.assertEqual(book["description"], "Un texte nettement plus long.")
        self.assertEqual(book["page_count"], 128)
        self.assertEqual(set(json.loads(book["labels"])), {"Théâtre", "Tragédie"})

    def test_values_that_cannot_be_are_left_out_and_told(self):
        bad = {"published_on": "31/02/2019", "page_count": "-12", "weight_kg": "1e99", "ean": "9782710381418",
               "width_cm": "-3", "height_cm": "nan", "cover_url": "javascript:alert(1)", "language": "klingonesque"}
        summary = self.load(self.write("bad.jsonl", row("Un livre", **bad) + "\n"))
        self.assertEqual((summary["loaded"], summary["rejected"]), (1, 0))
        book = self.books()["Un livre"]
        for field, value in bad.items():
            told = self.reject(row=1, field=field)
            self.assertEqual(told["value"], value)
            self.assertNotEqual(str(book.get(field)), value)

    def test_numbers_of_any_size(self):
        numbers = {"page_count": 10**30, "weight_kg": -1.5, "width_cm": 1e308, "series_number": 1e400}
        text = row("Un livre", **numbers).replace("Infinity", "1e400")
        summary = self.load(self.write("numbers.jsonl", text + "\n" + row("Deux livres") + "\n"))
        self.assertEqual(summary["read"], 2)
        self.assertIn("Deux livres", self.books())
        self.assertTrue(self.rejects())

    def test_nul_and_surrogate_escapes(self):
        lines = ['{"title": "Un\\u0000deux"}', '{"title": "Seul \\ud800 haut"}', '{"title": "Bas \\udc00 seul"}',
                 '{"title": "Livre \\ud83d\\udcda"}', '{"title": "\\u0000"}', '{"title": "a\\u202eb"}']
        summary = self.load(self.write("escapes.jsonl", "\n".join(lines)))
        self.assertEqual(summary["read"], 6)
        self.assertEqual(summary["rejected"], 1)
        self.reject(row=5, field="title")
        titles = self.books()
        self.assertIn("Livre 📚", titles)
        self.assertFalse([title for title in titles if "\0" in title or "\u202e" in title])

    def test_sql_in_titles_is_text(self):
        title = "Robert'); DROP TABLE books;--"
        self.load(self.write("sql.jsonl", row(title, authors=["' OR '1'='1"], labels=['"; DELETE FROM facets;--'])))
        self.assertIn(title, self.books())
        self.check_whole()

    def test_a_title_of_one_megabyte_and_ten_thousand_labels(self):
        labels = [f"Label {i}" for i in range(10_000)]
        lines = [row("mot " * 250_000), row("Étiquettes", labels=labels, authors=[f"Nom {i}" for i in range(10_000)])]
        summary = self.load(self.write("large.jsonl", "\n".join(lines)))
        self.assertEqual(summary["loaded"], 2)
        books = self.books()
        self.assertTrue(all(len(title) <= 1000 for title in books))
        self.assertLessEqual(len(json.loads(books["Étiquettes"]["labels"])), 100)
        for at, field in ((1, "title"), (2, "labels"), (2, "authors")):
            self.assertTrue(self.reject(row=at, field=field)["reason"])

    def test_paths_in_ids_and_covers_stay_text(self):
        before = set(self.folder.rglob("*"))
        lines = [row("Un", id="../../../etc/passwd", cover_url="file:///etc/passwd"),
                 row("Deux", id="/tmp/x", cover_url="../../x.jpg", collection="../../..")]
        summary = self.load(self.write("paths.jsonl", "\n".join(lines)))
        self.assertEqual(summary["loaded"], 2)
        for book in self.books().values():
            self.assertNotIn("/", book["id"])
            self.assertFalse(book["cover_url"])
        outside = {path for path in self.folder.rglob("*") if self.data not in (path, *path.parents)}
        self.assertLessEqual(outside - before, {self.folder / "paths.jsonl"})

    def test_unknown_fields_are_told(self):
        summary = self.load(self.write("unknown.jsonl", row("Un", prix="12 €", colour="blue")))
        self.assertEqual(summary["loaded"], 1)
        self.assertEqual({line["field"] for line in self.rejects()}, {"prix", "colour"})

    def test_a_row_without_a_title_is_rejected_by_row_and_field(self):
        lines = [row("Un"), json.dumps({"authors": ["x"]}), row(" "), row("<p></p>")]
        summary = self.load(self.write("untitled.jsonl", "\n".join(lines)))
        self.assertEqual((summary["loaded"], summary["rejected"]), (1, 3))
        self.assertEqual([(line["row"], line["field"]) for line in self.rejects()], [(2, "title"), (3, "title"), (4, "title")])

    def test_csv_with_a_quote_that_never_ends(self):
        header = "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_publication_year," \
                 "original_title,title,language_code,average_rating\n"
        good = '1,1,1,1,1,0439023483,9.78043902348e+12,"Suzanne Collins",2008.0,X,"The Hunger Games, #1",eng,4.3\n'
        path = self.write("books.csv", header + good + '2,2,2,2,1,,,"Never closed,2001.0,Y,Y,eng,4.0\n' + good * 50)
        done = subprocess.run([PROGRAM, "--json", "-q", "ingest", path], capture_output=True, env=environment(self.data),
                              timeout=60)
        self.assertIn(done.returncode, (0, 65), done.stderr.decode())
        if done.returncode == 0:
            self.assertEqual(json.loads(done.stdout)["loaded"], 1)
            self.assertTrue(self.rejects())
        else:
            self.assertIn("books.csv", done.stderr.decode())


class BadRequests(Case):
    """One catalogue for all; each test ends with a server that is well and has lost no book."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="bookreco-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = pathlib.Path(folder.name)
        for command in (["ingest", *SAMPLE[:2]], ["fit"]):
            subprocess.run([PROGRAM, "-q", *command], check=True, env=environment(cls.shared), stdout=subprocess.DEVNULL)

    @contextlib.contextmanager
    def well(self, *arguments):
        with self.server(*arguments, data=self.shared) as server:
            total = server.json("/v1/books?page_size=1")["total"]
            yield server
            self.assertIsNone(server.process.poll(), "the server died")
            self.assertEqual(server.ask("/healthz")[0], 200)
            self.assertEqual(server.ask("/readyz")[0], 200)
            self.assertEqual(server.json("/v1/books?page_size=1")["total"], total)

    def problem(self, server, status, path, *words, body=None, **options):
        """An answer of this status is problem details that hold these words."""
        got, headers, text = server.ask(path, body, **options)
        self.assertEqual(got, status, (path, text[:500]))
        self.assertEqual(headers["Content-Type"], "application/problem+json", path)
        problem = json.loads(text)
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"] and problem["detail"])
        for word in words:
            self.assertIn(word, text)
        return headers, problem

    def send(self, server, data, seconds=20, shut=False):
        """What the server answers to these bytes, until it closes or falls silent."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as peer:
            with contextlib.suppress(ConnectionError):
                peer.sendall(data)
                if shut:
                    peer.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionError, TimeoutError):
                while chunk := peer.recv(65536):
                    answer += chunk
            return answer

    def one_id(self, server):
        return server.json("/v1/books?page_size=1")["books"][0]["id"]

    # Bodies

    def test_a_body_too_large(self):
        with self.well() as server:
            head = b"POST /v1/books HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            answer = self.send(server, head % (17 << 20))
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])
            chunked = head.replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")
            answer = self.send(server, chunked + (b"100000\r\n" + b" " * (1 << 20) + b"\r\n") * 17)
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])

    def test_bodies_that_are_not_what_they_should_be(self):
        deep = b'{"query": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        bodies = {"deep": deep, "broken": b'{"query": ', "empty": b"", "list": b"[]", "text": b'"x"', "null": b"null",
                  "latin-1": b'{"query": "\xe9"}', "surrogate": b'{"query": "\\ud800"}', "nul": b'{"query": "a\\u0000b"}',
                  "raw nul": b'{"query": "a\0b"}', "type": b'{"query": 5}', "k type": b'{"query": "a", "k": "ten"}',
                  "fraction": b'{"query": "a", "k": 1.5}', "twice": b'{"query": "a"} {"query": "b"}',
                  "filter type": b'{"query": "a", "language": {"a": 1}}',
                  "member twice": b'{"query": "a", "query": "b"}', "nested filter": b'{"query": "a", "filter": {"language": "fr"}}', "huge number": b'{"query": "a", "k": 1e400}'}
        with self.well() as server:
            for path in ("/v1/search", "/v1/recommendations"):
                for name, body in bodies.items():
                    with self.subTest(path=path, body=name):
                        self.problem(server, 400, path, raw=body.replace(b"query", b"query" if "search" in path else b"loved"))

    def test_all_wrong_members_are_named(self):
        with self.well() as server:
            self.problem(server, 400, "/v1/search", "qery", "pages_min", "color",
                         body={"qery": "a", "pages_min": "many", "color": 1})
            self.problem(server, 400, "/v1/recommendations", "diversity", "lovd", body={"lovd": [], "diversity": 7})

    def test_posted_books_are_refused_one_by_one(self):
        with self.well() as server:
            rows = [{"title": ""}, {"authors": ["x"]}, {"title": "\ud83d\udcda"[:1]}, 5, None, [], "x"]
            for body in rows:
                status, _, text = server.ask("/v1/books", raw=json.dumps(body).encode())
                self.assertIn(status, (200, 400, 422), (body, text))
                if status == 200:
                    answer = json.loads(text)
                    self.assertEqual(answer["loaded"] + answer["updated"], 0, (body, text))
            self.problem(server, 400, "/v1/books", raw=b"[" * 5000 + b"]" * 5000)

    def test_a_page_of_another_site_stores_nothing(self):
        row = json.dumps({"title": "Planted"}).encode()
        with self.well() as server:
            port = server.port
            for host, origin in ((None, "https://evil.example"), (None, "null"), (f"evil.example:{port}", f"http://evil.example:{port}")):
                headers = {"Origin": origin} | ({"Host": host} if host else {})
                with self.subTest(headers):
                    self.problem(server, 403, "/v1/books", raw=row, headers=headers | {"Content-Type": "application/json"})
            self.assertEqual(server.json("/v1/books?title=Planted")["total"], 0)
            server.json("/v1/search", {"query": "mer"}, headers={"Origin": server.address})

    def test_a_body_of_another_type(self):
        with self.well() as server:
            for path in ("/v1/search", "/v1/recommendations", "/v1/books"):
                for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
                    with self.subTest(path=path, kind=kind):
                        self.problem(server, 415, path, raw=b"{}", headers={"Content-Type": kind})

    def test_a_request_of_too_many_values_is_refused_at_once(self):
        many = [f"{i:013}" for i in range(200_001)]
        with self.well() as server:
            bodies = ({"query": "mer", "exclude_id": many}, {"query": "mer", "exclude_author": many[:10_000]},
                      {"query": "mer " * 50_000}, {"query": "mer", "language": ["fr"] * 20_000},
                      {f"m{i}": 1 for i in range(20_000)})
            for body in bodies:
                start = time.monotonic()
                status, headers, text = server.ask("/v1/search", body)
                self.assertIn(status, (400, 413), text[:300])
                self.assertEqual(headers["Content-Type"], "application/problem+json")
                self.assertLess(time.monotonic() - start, 2)
                self.assertLess(len(text), 100_000)

    # Slow and many

    def test_slow_clients_are_cut_and_others_served(self):
        with self.well() as server:
            begin = b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
            slow = {name: [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)] for name in ("head", "body")}
            for peer in slow["body"]:
                peer.sendall(begin)
            start = time.monotonic()
            answers, slowest = {}, 0
            while len(answers) < 60 and time.monotonic() - start < 40:
                for name, peers in slow.items():
                    for number, peer in enumerate(peers):
                        if (name, number) not in answers:
                            with contextlib.suppress(OSError):
                                peer.sendall(b"G" if name == "head" else b" ")
                            peer.setblocking(False)
                            with contextlib.suppress(BlockingIOError):
                                try:
                                    answers[name, number] = peer.recv(4096)
                                except ConnectionError:
                                    answers[name, number] = b""
                before = time.monotonic()
                self.assertEqual(server.ask("/v1/books?page_size=5")[0], 200)
                slowest = max(slowest, time.monotonic() - before)
                time.sleep(0.5)
            for peer in slow["head"] + slow["body"]:
                peer.close()
            self.assertEqual(len(answers), 60, "some slow clients were never cut")
            for answer in answers.values():
                self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 408 "), answer[:100])
            self.assertLess(slowest, 2)

    def test_a_thousand_connections_at_once(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
        with self.well() as server, contextlib.ExitStack() as open_ones:
            path = f"GET /v1/books/{self.one_id(server)}/similar?k=3 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            peers = [open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                     for _ in range(1000)]
            for peer in peers:
                peer.sendall(path)
            for peer in peers:
                self.assertTrue(peer.recv(16).startswith(b"HTTP/1.1 200 "))
            rss = int(pathlib.Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096 / 1e6
            print(f"{rss:.0f} MB with 1,000 connections")
            self.assertLess(rss, 250)
        with self.well("--server-max-connections", "20") as server, contextlib.ExitStack() as open_ones:
            peers = [open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                     for _ in range(200)]
            served = refused = 0
            for peer in peers:
                with contextlib.suppress(ConnectionError):
                    peer.sendall(path)
            for peer in peers:
                with contextlib.suppress(ConnectionError):
                    first = peer.recv(16)
                    served += first.startswith(b"HTTP/1.1 200 ")
                    refused += first.startswith(b"HTTP/1.1 503 ")
            self.assertGreaterEqual(served, 10)
            self.assertLessEqual(served, 20)
            self.assertGreater(refused, 0)  # the others were closed at once
            open_ones.close()
            self.wait_until(lambda: self.send(server, path.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n")
                                              ).startswith(b"HTTP/1.1 200 "), "room after the crowd has left")

    # Requests

    def test_unknown_things_are_not_found(self):
        with self.well() as server:
            for path in ("/v1/books/nosuch", "/v1/books/nosuch/similar", "/v1/books/9780000000002", "/v1/nosuch", "/nosuch",
                         "/docs/nosuch.js", "/v1/books/" + "9" * 2000, "/v1/books/%C3%A9/similar", "/v1/books/'%20OR%201=1"):
                with self.subTest(path):
                    self.problem(server, 404, path)
            self.problem(server, 400, "/v1/recommendations", "nosuch", body={"loved": ["nosuch"]})

    def test_unknown_parameters_are_all_named(self):
        with self.well() as server:
            book = self.one_id(server)
            for path in ("/v1/books", f"/v1/books/{book}", f"/v1/books/{book}/similar", "/v1/authors", "/v1/collections",
                         "/v1/labels", "/v1/clusters"):
                with self.subTest(path):
                    self.problem(server, 400, path + "?tilte=x&colour=y", "tilte", "colour")

    def test_k_and_pages_at_their_edges(self):
        with self.well() as server:
            similar = f"/v1/books/{self.one_id(server)}/similar"
            self.assertEqual(server.json(similar + "?k=0")["books"], [])
            self.assertEqual(server.json("/v1/search", {"query": "mer", "k": 0})["books"], [])
            self.assertEqual(server.json("/v1/recommendations", {"k": 0})["books"], [])
            for k in ("1000000000", "-1", "abc", "1.5", "99999999999999999999999", "0x10", "nan", "1e9"):
                with self.subTest(k):
                    self.problem(server, 400, similar + "?k=" + k, '"k"')
            for k in (10**9, -1, 10**30, "5", [5], True):
                with self.subTest(k):
                    self.problem(server, 400, "/v1/search", "k", body={"query": "mer", "k": k})
            for query in ("page_size=0", "page_size=1000000", "page_size=-1", "page=0", "page=-5", "page=abc",
                          "page=99999999999999999999", "sort=nosuch", "pages_min=x", "published_after=31/02/2019",
                          "weight_kg_min=nan", "weight_kg_max=inf"):
                with self.subTest(query):
                    self.problem(server, 400, "/v1/books?" + query, query.split("=")[0])
            far = server.json("/v1/books?page=1000000&page_size=10")
            self.assertEqual(far["books"], [])
            self.problem(server, 400, similar + "?metric=hamming", "metric", "cosine")
            self.problem(server, 400, similar + "?same=colour", "same", "author")

    def test_a_parameter_given_twice(self):
        with self.well() as server:
            similar = f"/v1/books/{self.one_id(server)}/similar"
            self.problem(server, 400, similar + "?k=1&k=2", '"k"')
            both = server.json("/v1/books?language=fr&language=en")["total"]
            self.assertEqual(both, sum(server.json(f"/v1/books?language={code}")["total"] for code in ("fr", "en")))

    def test_sql_in_every_parameter_is_text(self):
        with self.well() as server:
            document = server.json("/openapi.json")
            attack = "%27%20OR%201%3D1%3B%20DROP%20TABLE%20books%3B--%20%22%25_"
            tried = 0
            for path, item in document["paths"].items():
                if "get" not in item or not path.startswith("/v1/"):
                    continue
                for parameter in item.get("parameters", []) + item["get"].get("parameters", []):
                    while "$ref" in parameter:
                        name = parameter["$ref"].rsplit("/", 1)[1]
                        parameter = document["components"]["parameters"][name]
                    if parameter["in"] != "query":
                        continue
                    url = f"{path.replace('{id}', self.one_id(server))}?{parameter['name']}={attack}"
                    with self.subTest(url):
                        status, _, text = server.ask(url)
                        self.assertIn(status, (200, 400), text[:300])
                        if status == 200 and not parameter["name"].startswith(("exclude_", "prefer_", "query")):
                            listed = next(value for value in json.loads(text).values() if isinstance(value, list))
                            self.assertEqual(listed, [], text[:300])
                        tried += 1
            self.assertGreater(tried, 30)
            for field in ("label", "author", "collection", "series", "publisher", "format", "binding", "language"):
                found = server.json("/v1/search", {"query": "mer", field: ["'; DROP TABLE books;--"]})
                self.assertEqual(found["books"], [], field)

    def test_paths_that_climb_or_hold_what_no_path_holds(self):
        with self.well() as server:
            paths = (b"/v1/books/%00", b"/v1/books/a%00b", b"/v1/books/\xff\xfe", b"/v1/books/%ff", b"/v1/books/%c0%ae%c0%ae",
                     b"/../../etc/passwd", b"/docs/../../etc/passwd", b"/docs/%2e%2e/%2e%2e/etc/passwd", b"/docs/..%2f..%2fetc",
                     b"/docs/..%5c..%5cx", b"/v1/books/%", b"/v1/books/%4", b"/v1/books/%zz", b"/v1/books?title=%00",
                     b"/v1/books?title=%ff", b"/v1/books?%ff=1", b"/v1/books?title=%")
            for path in paths:
                with self.subTest(path):
                    answer = self.send(server, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer[:200])
                    self.assertIn(b"application/problem+json", answer)
                    self.assertNotIn(b"root:", answer)

    def test_headers_and_targets_too_long(self):
        with self.well() as server:
            cases = {431: b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
                     414: b"GET /v1/books?title=" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"}
            many = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(20_000)) + b"\r\n"
            for status, request in [*cases.items(), (431, many)]:
                answer = self.send(server, request)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer[:200])

    def test_methods(self):
        with self.well() as server:
            for method, path in (("DELETE", "/v1/books"), ("PUT", "/v1/search"), ("BREW", "/v1/books"), ("POST", "/healthz"),
                                 ("TRACE", "/"), ("GET", "/v1/recommendations")):
                with self.subTest(f"{method} {path}"):
                    status, headers, text = server.ask(path, method=method)
                    self.assertEqual(status, 405, text[:300])
                    self.assertTrue(headers["Allow"])
                    self.assertNotIn(method, headers["Allow"].split(", "))
            for path in ("/", "/v1/books?page_size=3", "/openapi.json", "/v1/books/nosuch"):
                got, full, text = server.ask(path)
                status, headers, body = server.ask(path, method="HEAD")
                self.assertEqual((status, body), (got, ""))
                self.assertEqual(headers["Content-Length"], full["Content-Length"])

    def test_bytes_that_are_no_http(self):
        good = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        with self.well() as server:
            answer = self.send(server, good + good + b"\x16\x03\x01 garbage \0\0\r\n\r\n")
            self.assertEqual(answer.count(b"HTTP/1.1 200 "), 2)
            self.assertEqual(answer.count(b"HTTP/1.1 400 "), 1)
            requests = (b"\0" * 1000, b"\x16\x03\x01\x02\x00" + b"x" * 500, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                        b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                        b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}",
                        b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                        b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        b"POST /v1/search HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                        b"POST /v1/search HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n")
            for request in requests:
                with self.subTest(request[:80]):
                    answer = self.send(server, request, shut=True)
                    self.assertRegex(answer[:13], rb"^(|HTTP/1\.1 [45]\d\d )$")
            answer = self.send(server, b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", shut=True)
            self.assertRegex(answer[:13], rb"^(|HTTP/1\.1 4\d\d )$")


if __name__ == "__main__":
    unittest.main()
