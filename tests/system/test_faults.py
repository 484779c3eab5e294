"""Processes killed, disks filled, writers side by side: nothing stored is lost, nothing is half there."""
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from bookreco import LONG, PROGRAM, SAMPLE, Case, environment

KILLS = 20 if LONG else 2


def books_file(case, name, count, offset=0):
    rows = (f'{{"title": "Titre {i}", "authors": ["Auteur {i % 97}"], "language": "fr", "labels": ["Label {i % 13}"], '
            f'"description": "{"une histoire de mer et de vent " * 8}{i}"}}\n' for i in range(offset, offset + count))
    return case.write(name, "".join(rows))


class Faults(Case):
    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, "-q", *map(str, arguments)], env=environment(self.data),
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def check_whole(self):
        with sqlite3.connect(self.data / "bookreco.db") as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])
        database.close()

    def killed_at_random(self, seconds, *arguments):
        seed = int(os.environ.get("BOOKRECO_TEST_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}")
        chance = random.Random(seed)
        for _ in range(KILLS):
            process = self.start(*arguments)
            time.sleep(chance.uniform(0.02, seconds))
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stderr.close()
            self.check_whole()

    def test_killed_while_loading(self):
        path = books_file(self, "many.jsonl", 20_000)
        self.run_program("status")
        self.killed_at_random(1.5, "ingest", path)
        self.ingest(path)
        self.check_whole()
        self.assertEqual(self.json_of("status")["books"], 20_000)
        self.assertEqual(self.ingest(path)["unchanged"], 20_000)

    def test_killed_while_fitting(self):
        self.ingest(books_file(self, "some.jsonl", 5_000))
        self.killed_at_random(2.0, "fit")
        self.run_program("-q", "fit")
        status = self.json_of("status")
        self.assertEqual(status["serving"]["books"], 5_000)
        self.assertEqual(len(self.json_of("similar", "Titre 7", "-k", "3")["books"]), 3)

    def test_two_writers_at_once(self):
        first = books_file(self, "first.jsonl", 6_000)
        second = books_file(self, "second.jsonl", 6_000, offset=3_000)
        self.run_program("status")
        writers = [self.start("ingest", first), self.start("ingest", second)]
        for writer in writers:
            _, stderr = writer.communicate(timeout=120)
            self.assertEqual(writer.returncode, 0, stderr.decode())
        self.check_whole()
        self.assertEqual(self.json_of("status")["books"], 9_000)

    def test_two_fits_at_once(self):
        self.ingest(books_file(self, "some.jsonl", 5_000))
        fits = [self.start("fit"), self.start("fit")]
        codes = []
        for fit in fits:
            fit.communicate(timeout=120)
            codes.append(fit.returncode)
        self.assertIn(0, codes)
        self.assertLessEqual(set(codes), {0, 75})
        self.assertEqual(self.json_of("status")["serving"]["books"], 5_000)

    def test_a_disk_that_fills_while_loading(self):
        if os.geteuid() != 0:
            if os.environ.get("BOOKRECO_TEST_STRICT") == "1":
                self.fail("mounting a small file system needs root and BOOKRECO_TEST_STRICT is set")
            raise unittest.SkipTest("mounting a small file system needs root")
        path = books_file(self, "many.jsonl", 20_000)
        self.data.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", self.data], check=True)
        self.addCleanup(subprocess.run, ["umount", self.data], check=True)
        done = self.run_program("-q", "ingest", path, code=74)
        self.assertIn("full", done.stderr.decode().lower().replace("no space left", "full"))
        self.check_whole()
        kept = self.json_of("status")["books"]
        subprocess.run(["mount", "-o", "remount,size=200m", self.data], check=True)
        self.ingest(path)
        self.assertEqual(self.json_of("status")["books"], 20_000)
        self.assertLess(kept, 20_000)

    def test_a_server_killed_and_started_again_serves_the_same(self):
        self.ingest(SAMPLE[0])
        self.run_program("-q", "fit")
        with self.server() as server:
            before = server.json("/v1/books?page_size=1")["total"]
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        with self.server() as server:
            self.assertEqual(server.json("/v1/books?page_size=1")["total"], before)
            self.assertEqual(server.ask("/readyz")[0], 200)

    def test_a_damaged_database_is_named(self):
        self.ingest(SAMPLE[0])
        path = pathlib.Path(self.data / "bookreco.db")
        with open(path, "r+b") as file:
            file.write(b"\0" * 4096)
        done = self.run_program("status", code=74)
        self.assertIn("bookreco.db", done.stderr.decode())

    def test_a_damaged_snapshot_is_named_and_a_fit_mends_it(self):
        self.ingest(SAMPLE[0])
        self.run_program("-q", "fit")
        snapshot, = (self.data / "blobs" / "snapshot").iterdir()
        victim = max(snapshot.glob("*.brs"), key=lambda p: p.stat().st_size)
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 0x40
        victim.write_bytes(content)
        done = self.run_program("search", "mer", code=74)
        self.assertIn(victim.name, done.stderr.decode())
        self.run_program("-q", "fit")
        self.assertTrue(self.json_of("search", "mer")["books"])
