"""The whole shop: oddities before pages, and the doors by which tests ask and change it (/__log, /__truth, …)."""
from urllib.parse import parse_qs, urlsplit

from .http_server import Page
from .oddities import Oddities
from .site import Site

JSON_LINES = "application/x-ndjson; charset=utf-8"


class Shop:
    def __init__(self, catalogue, log, covers):
        self.catalogue, self.log, self.covers = catalogue, log, covers
        self.refused = Page("", "text/plain", 405, fields=(("Allow", "GET, HEAD"),))

    def open(self, base):
        """Where the shop listens is known only now, and its pages name it."""
        self.site = Site(self.catalogue, base, self.covers)
        self.oddities = None if self.catalogue.plain else Oddities(self.site)

    def find(self, request):
        """A page, or a coroutine function that writes the answer itself."""
        target = request.target
        if request.method not in ("GET", "HEAD"):
            return self.refused
        if target.startswith("/__"):
            return self._control(target)
        if target.startswith("http://"):  # as a proxy would be asked
            target = urlsplit(target)._replace(scheme="", netloc="").geturl() or "/"
        page = self.oddities.find(target) if self.oddities else None
        return page or self.site.find(target) or self.site.missing

    def _control(self, target):
        parts = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/__log":
                return self._lines(self.log.lines())
            case "/__truth":
                return self._lines(self.site.truth())
            case "/__reset":  # the log empty, every first try a first try again
                self.log.clear()
                if self.oddities:
                    self.oddities.tries.clear()
                return self._lines([])
            case "/__change":
                self.site.change(int(asked.get("count", "10")))
                return self._lines([])
        return self.site.missing

    def _lines(self, lines):
        return Page("".join(line + "\n" for line in lines), JSON_LINES, pack=False)
