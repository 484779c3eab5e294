"""A small HTTP/1.1 server on asyncio: keep-alive, one answer at a time per connection, whole pages made ahead.

Pages are bytes by the time they are asked for, so that the shop costs little beside the crawler that is measured.
"""
import asyncio
import gzip
import json
import struct
import time
import zlib
from email.utils import formatdate, parsedate_to_datetime
from socket import SO_LINGER, SOL_SOCKET

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 410: "Gone", 429: "Too Many Requests", 500: "Internal Server Error",
           503: "Service Unavailable"}
HTML = "text/html; charset=utf-8"
MAX_HEAD = 65_536


def head(status, *fields):
    """The start of an answer, without the empty line that ends it."""
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in fields if value is not None)]
    return "\r\n".join(lines).encode("latin-1")


class Page:
    """What an address answers, rendered once: its plain and its compressed form, and its validators."""
    __slots__ = ("status", "whole", "packed", "unchanged", "body_at", "packed_at", "etag", "modified")

    def __init__(self, body, kind=HTML, status=200, modified=None, fields=(), pack=None):
        body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.modified = modified
        validated = status == 200
        self.etag = f'"{zlib.crc32(body):08x}-{len(body):x}"' if validated else None
        pack = len(body) > 500 and (kind or "").startswith(("text/html", "application/xml")) if pack is None else pack
        sort = ("Content-Type", kind)
        common = (("ETag", self.etag), ("Last-Modified", formatdate(modified, usegmt=True) if validated and modified else None),
                  ("Vary", "Accept-Encoding" if pack else None), *fields)
        start = head(status, sort, ("Content-Length", len(body)), *common) + b"\r\n\r\n"
        self.whole, self.body_at = start + body, len(start)
        self.packed, self.packed_at = self.whole, self.body_at
        if pack:
            small = gzip.compress(body, 6, mtime=0)
            start = head(status, sort, ("Content-Encoding", "gzip"), ("Content-Length", len(small)), *common) + b"\r\n\r\n"
            self.packed, self.packed_at = start + small, len(start)
        self.unchanged = head(304, *common) + b"\r\n\r\n"

    @property
    def body(self):
        return self.whole[self.body_at:]

    def answer(self, request):
        """The status and the bytes for this request."""
        if self.etag and self._is_known(request.fields):
            return 304, self.unchanged
        packed = b"gzip" in request.fields.get(b"accept-encoding", b"")
        answer, at = (self.packed, self.packed_at) if packed else (self.whole, self.body_at)
        return self.status, answer[:at] if request.method == "HEAD" else answer

    def _is_known(self, fields):
        tags = fields.get(b"if-none-match")
        if tags is not None:
            return self.etag in tags.decode("latin-1") or tags.strip() == b"*"
        since = fields.get(b"if-modified-since")
        if since is None or not self.modified:
            return False
        try:
            return parsedate_to_datetime(since.decode("latin-1")).timestamp() >= self.modified
        except (TypeError, ValueError):
            return False


class Request:
    __slots__ = ("method", "target", "fields", "last")

    def __init__(self, block):
        first, *rest = block.split(b"\r\n")
        method, target, version = first.decode("latin-1").split(" ")
        self.method, self.target = method, target
        self.fields = {}
        for line in rest:
            name, _, value = line.partition(b":")
            self.fields[name.lower()] = value.strip()
        wish = self.fields.get(b"connection", b"").lower()
        self.last = wish == b"close" or version == "HTTP/1.0" and wish != b"keep-alive"  # nothing more on this connection


class Log:
    """Every request the shop got: in memory for the tests to ask, and in a file when one is named."""

    def __init__(self, path=None):
        self.rows = []
        self.file = open(path, "a", encoding="utf-8") if path else None  # closed with the process
        self.written = 0

    def add(self, request, status):
        get = request.fields.get
        self.rows.append((time.time(), get(b"host", b""), request.method, request.target, get(b"user-agent", b""), status,
                          get(b"cookie", b""), get(b"accept-encoding", b"")))

    def lines(self, start=0):
        for when, host, method, target, agent, status, cookie, encoding in self.rows[start:]:
            yield json.dumps({"time": round(when, 4), "host": host.decode("latin-1"), "method": method, "path": target,
                              "agent": agent.decode("latin-1"), "status": status, "cookie": cookie.decode("latin-1"),
                              "accept_encoding": encoding.decode("latin-1")})

    def flush(self):
        if self.file:
            for line in self.lines(self.written):
                self.file.write(line + "\n")
            self.file.flush()
        self.written = len(self.rows)

    def clear(self):
        self.flush()
        self.rows.clear()
        self.written = 0


class Connection(asyncio.Protocol):
    """One client. `shop.find(request)` gives a Page, or a coroutine function that writes the answer itself."""

    def __init__(self, shop, log, latency):
        self.shop, self.log, self.latency = shop, log, latency
        self.loop = asyncio.get_running_loop()
        self.pending = b""
        self.busy = False
        self.task = None
        self.room = asyncio.Event()
        self.room.set()

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        self.transport = None
        self.room.set()
        if self.task:
            self.task.cancel()

    def pause_writing(self):
        self.room.clear()

    def resume_writing(self):
        self.room.set()

    def data_received(self, data):
        self.pending += data
        if not self.busy:
            self._next()

    def _next(self):
        while not self.busy and self.transport and not self.transport.is_closing():
            end = self.pending.find(b"\r\n\r\n")
            if end < 0:
                break
            block, self.pending = self.pending[:end], self.pending[end + 4:]
            try:
                request = Request(block)
            except ValueError:
                return self._refuse()
            if self.latency:
                self.busy = True
                self.loop.call_later(self.latency, self._late, request)
            else:
                self._answer(request)
        if len(self.pending) > MAX_HEAD and self.transport:
            self._refuse()

    def _late(self, request):
        self.busy = False
        if self.transport:
            self._answer(request)
            self._next()

    def _refuse(self):
        self.transport.write(head(400, ("Content-Length", 0), ("Connection", "close")) + b"\r\n\r\n")
        self.transport.close()

    def _answer(self, request):
        page = self.shop.find(request)
        if isinstance(page, Page):
            status, answer = page.answer(request)
            self._note(request, status)
            self.transport.write(answer)
            if request.last:
                self.transport.close()
            return
        self.busy = True
        self.task = self.loop.create_task(self._stream(page, request))

    def _note(self, request, status):
        if not request.target.startswith("/__"):
            self.log.add(request, status)

    async def _stream(self, write_answer, request):
        try:
            await write_answer(self, request)
        except ConnectionError:
            return
        self.task = None
        self.busy = False
        if self.transport and request.last:
            self.transport.close()
        self._next()

    # What an answer that writes itself may use.

    def begin(self, request, status, *fields):
        self._note(request, status)
        self.transport.write(head(status, *fields) + b"\r\n\r\n")

    async def send(self, data):
        """Writes, and waits while the client is slower than we are."""
        await self.room.wait()
        if not self.transport:
            raise ConnectionResetError
        self.transport.write(data)

    async def give(self, page, request):
        status, answer = page.answer(request)
        self._note(request, status)
        await self.send(answer)

    async def drop(self):
        """Closes in the middle, politely."""
        self.transport.close()

    async def reset(self):
        """Closes in the middle with a TCP reset, after what was written has left."""
        await asyncio.sleep(0.05)
        if self.transport:
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
