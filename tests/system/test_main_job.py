"""From a raw catalogue to "what should I read next?", by the commands that people type."""
import json
import lzma
import subprocess

from bookreco import PROGRAM, SAMPLE, Case, environment, test_data


class MainJob(Case):
    def test_the_french_catalogue_from_standard_input(self):
        raw = lzma.decompress(test_data("furet/raw_output.json.xz").read_bytes())
        done = self.run_program("ingest", "-", stdin=raw)
        self.assertIn("3278", done.stdout.decode().replace(",", "").replace(" ", ""))
        again = self.ingest("-", stdin=raw)
        self.assertEqual((again["loaded"], again["unchanged"]), (0, 3278))
        self.run_program("fit")
        status = self.json_of("status")
        self.assertEqual(status["books"], 3278)
        self.assertEqual(status["serving"]["books"], 3278)
        near = self.json_of("similar", "Antigone", "-k", "5")
        self.assertEqual(len(near["books"]), 5)
        ids = {hit["book"]["id"] for hit in near["books"]}
        self.assertNotIn("9782710381419", ids)
        by_isbn = self.json_of("similar", "978-2-7103-8141-9", "-k", "5")
        self.assertEqual(len(by_isbn["books"]), 5)

    def test_the_sample(self):
        summary = self.ingest(*SAMPLE)
        self.assertGreaterEqual(summary["loaded"], 300)
        self.assertEqual(summary["rejected"], 0, summary)
        self.assertGreater(summary["interactions"], 1000)
        found = self.json_of("search", "detective in foggy London", "-k", "5")
        titles = " ".join(hit["book"]["title"] for hit in found["books"])
        self.assertIn("A Study in Scarlet", titles)
        picks = self.json_of("recommend", "--loved", "Le Petit Prince", "--disliked", "Dracula", "-k", "8")
        self.assertEqual(len(picks["books"]), 8)
        self.assertTrue(all(hit["reasons"] for hit in picks["books"]), picks)
        self.assertNotIn("Le Petit Prince", [hit["book"]["title"] for hit in picks["books"]])

    def test_a_fit_gives_the_same_bytes_with_any_number_of_threads(self):
        digests = []
        for threads in ("1", "2"):
            data = self.folder / threads
            self.run_program("-q", "ingest", SAMPLE[0], data=data)
            self.run_program("-q", "fit", "--threads", threads, data=data)
            model, = (data / "blobs" / "vectorizer").iterdir()
            digests.append((model / "lsa.bin").read_bytes())
        self.assertEqual(digests[0], digests[1])

    def test_did_you_mean(self):
        self.ingest(SAMPLE[0])
        done = self.run_program("similar", "Antigonne", code=66)
        self.assertIn("Did you mean", done.stderr.decode())
        self.assertIn("Antigone", done.stderr.decode())

    def test_exit_codes_say_what_kind_of_failure_it_was(self):
        self.run_program(code=64)
        self.run_program("serve", code=64)
        self.run_program("search", code=64)
        self.run_program("ingest", self.folder / "absent.json", code=66)
        self.run_program("status", "--port", "99999", code=78)
        self.run_program("similar", "Antigone", code=69)
        unknown = environment(self.data) | {"BOOKRECO_SERVER_PROT": "1"}
        done = subprocess.run([PROGRAM, "status"], env=unknown, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 78)
        self.assertIn(b"BOOKRECO_SERVER_PROT", done.stderr)

    def test_config_is_read_back(self):
        path = self.write("c.yaml", "vectorizer:\n  dimension: 64\n")
        printed = self.run_program("config", "--config", path).stdout
        self.assertIn(b"dimension: 64", printed)
        again = self.run_program("config", "--config", self.write("d.yaml", printed)).stdout
        self.assertIn(b"dimension: 64", again)

    def test_openapi_is_json_of_version_3_1(self):
        document = json.loads(self.run_program("openapi").stdout)
        self.assertTrue(document["openapi"].startswith("3.1"))
        self.assertIn("/v1/books/{id}/similar", document["paths"])
