"""A shop in a process of its own, for tests: `with Running("--products", "200") as shop: shop.get("/")`."""
import contextlib
import gzip
import http.client
import json
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Answer:
    def __init__(self, response, body):
        self.status, self.fields, self.body = response.status, response.headers, body

    @property
    def text(self):
        plain = gzip.decompress(self.body) if self.fields["Content-Encoding"] == "gzip" else self.body
        return plain.decode()


class Running:
    """The shop's address, and what tests ask it."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-m", "tests.shop", "--port", "0", *map(str, self.arguments)],
                                        cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.base = self.process.stdout.readline().strip()
        self.host = self.base.removeprefix("http://")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()

    @contextlib.contextmanager
    def connection(self):
        connection = http.client.HTTPConnection(self.host, timeout=20)
        try:
            yield connection
        finally:
            connection.close()

    def get(self, path, method="GET", **fields):
        with self.connection() as connection:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in fields.items()})
            response = connection.getresponse()
            return Answer(response, response.read())

    def lines(self, path):
        return [json.loads(line) for line in self.get(path).text.splitlines()]


def truth(*arguments):
    """What `--truth` prints, as it is."""
    return subprocess.run([sys.executable, "-m", "tests.shop", "--truth", *map(str, arguments)], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout
