"""Runs the real program for the system tests: commands, and servers on a free port."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "bookreco"
SAMPLE = [ROOT / "data" / "sample" / name for name in ("books-fr.jsonl", "books-en.jsonl", "readers.jsonl")]
LONG = os.environ.get("BOOKRECO_TEST_LENGTH") == "long"
PATIENCE = 60  # seconds before a test that waits for something gives up


def test_data(name):
    """A file of the real data, or a skip; a failure where tests must run."""
    folder = os.environ.get("BOOKRECO_TEST_DATA")
    path = pathlib.Path(folder or "/nonexistent") / name
    if path.exists():
        return path
    if os.environ.get("BOOKRECO_TEST_STRICT") == "1":
        raise AssertionError(f"BOOKRECO_TEST_DATA has no {name} and BOOKRECO_TEST_STRICT is set")
    raise unittest.SkipTest(f"BOOKRECO_TEST_DATA has no {name}")


def environment(data):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOOKRECO_")}
    return clean | {"BOOKRECO_DATA_DIR": str(data)}


class Case(unittest.TestCase):
    """A test with a data folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bookreco-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def run_program(self, *arguments, code=0, stdin=None, data=None):
        done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True,
                              env=environment(data or self.data), timeout=300)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stderr.decode(errors='replace')[-2000:]}")
        return done

    def json_of(self, *arguments, **options):
        return json.loads(self.run_program("--json", "-q", *arguments, **options).stdout)

    def ingest(self, *files, **options):
        return self.json_of("ingest", *files, **options)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def wait_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.05)
        self.fail(f"{what}: not within {PATIENCE} s")

    @contextlib.contextmanager
    def server(self, *arguments, data=None):
        process = subprocess.Popen([PROGRAM, "up", "--port", "0", *map(str, arguments)], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=environment(data or self.data), text=True)
        try:
            yield Server(self, process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            self.assertIn(process.wait(timeout=PATIENCE), (0, -signal.SIGKILL))
            process.stdout.close()


class Server:
    """A running `bookreco up`."""

    def __init__(self, case, process):
        self.case = case
        self.process = process
        for line in process.stdout:
            found = re.search(r"http://[^/\s]+:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                self.address = f"http://127.0.0.1:{self.port}"
                return
        case.fail(f"the server ended with {process.wait()} before it said its address")

    def ask(self, path, body=None, method=None, headers=None, raw=None):
        """(status, headers, text)"""
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.address + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.remove_header(name.capitalize())
            request.add_header(name, value)
        try:
            with NO_REDIRECT.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def json(self, path, body=None, status=200, **options):
        got, _, text = self.ask(path, body, **options)
        self.case.assertEqual(got, status, text[:1000])
        return json.loads(text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


NO_REDIRECT = urllib.request.build_opener(_NoRedirect)
