"""Answers that are slow, cut, too large or failing. Each maker gives a coroutine function that writes one answer."""
import asyncio
import struct
import time
import zlib
from email.utils import formatdate

from .http_server import HTML, Page

SLOW = 2.0  # seconds
PIECE = 1 << 20
BOMB_PIECES = 1024  # of a MiB each
BOMB_CRC = {}  # of the inflated bomb, by its first bytes
HUGE = 50_000_000


def error(kind, attempt):
    """The error page of an answer that recovers, None once it has."""
    if attempt > (2 if kind == "fails-twice" else 1):
        return None
    status, after = {"fails-twice": (500, None), "busy-seconds": (429, "1"),
                     "busy-date": (503, formatdate(int(time.time()) + 2, usegmt=True))}[kind]
    return Page(f"<h1>{status}</h1>", status=status, fields=(("Retry-After", after),))


def slow(page):
    """The whole page, late."""
    async def write(connection, request):
        await asyncio.sleep(SLOW)
        await connection.give(page, request)
    return write


def dribble(page):
    """The whole page, a piece at a time."""
    async def write(connection, request):
        status, answer = page.answer(request)
        connection.begin(request, status, ("Content-Type", HTML), ("Content-Length", len(page.body)))
        if request.method == "HEAD":
            return
        step = len(page.body) // 10 + 1
        for at in range(0, len(page.body), step):
            await asyncio.sleep(SLOW / 10)
            await connection.send(page.body[at:at + step])
    return write


def chunked(page):
    """The whole page without its length ahead, in chunks with an extension."""
    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Transfer-Encoding", "chunked"), ("ETag", page.etag))
        if request.method == "HEAD":
            return
        for at in range(0, len(page.body), 1000):
            piece = page.body[at:at + 1000]
            await connection.send(b"%x;part=%d\r\n%b\r\n" % (len(piece), at // 1000, piece))
        await connection.send(b"0\r\n\r\n")
    return write


def stuck():
    """A page that never ends: a byte a second for as long as the client waits."""
    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Content-Length", 1_000_000))
        while request.method != "HEAD":
            await connection.send(b" ")
            await asyncio.sleep(1)
    return write


def too_short(text):
    """Half of a page whose length is told as whole, then the end of the connection."""
    body = text.encode()

    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Content-Length", len(body)))
        if request.method != "HEAD":
            await connection.send(body[:len(body) // 2])
            await connection.drop()
    return write


def cut(text):
    """Half of a page, then a reset of the connection."""
    body = text.encode()

    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Content-Length", len(body)))
        if request.method != "HEAD":
            await connection.send(body[:len(body) // 2])
            await connection.reset()
    return write


def _crc_of_bomb(start):
    """In pieces, so that no memory is taken; a second or so, once."""
    crc, spaces = zlib.crc32(start), b" " * PIECE
    for _ in range(BOMB_PIECES):
        crc = zlib.crc32(spaces, crc)
    return crc


def bomb(text):
    """1 MB of gzip that inflates to 1 GiB: a decoy's page and then nothing but spaces.

    One compressed piece of spaces, closed by a full flush, is sent over and over: neither side needs the whole.
    """
    start = text.encode()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = squeeze.compress(start) + squeeze.flush(zlib.Z_FULL_FLUSH)
    piece = squeeze.compress(b" " * PIECE) + squeeze.flush(zlib.Z_FULL_FLUSH)
    last = squeeze.flush(zlib.Z_FINISH)
    opening = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first
    size = len(start) + BOMB_PIECES * PIECE
    length = len(opening) + BOMB_PIECES * len(piece) + len(last) + 8

    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Content-Encoding", "gzip"), ("Content-Length", length))
        if request.method == "HEAD":
            return
        await connection.send(opening)
        for _ in range(BOMB_PIECES):
            await connection.send(piece)
        if start not in BOMB_CRC:
            BOMB_CRC[start] = await asyncio.to_thread(_crc_of_bomb, start)
        await connection.send(last + struct.pack("<II", BOMB_CRC[start], size & 0xFFFF_FFFF))
    return write


def huge(text):
    """A page of 50 MB on the wire: a decoy's page and then the same paragraph over and over."""
    start = text.encode()
    line = b"<p>Encore une page du catalogue.</p>\n"
    piece = line * (PIECE // len(line))

    async def write(connection, request):
        connection.begin(request, 200, ("Content-Type", HTML), ("Content-Length", HUGE))
        if request.method == "HEAD":
            return
        await connection.send(start)
        left = HUGE - len(start)
        while left:
            await connection.send(piece[:left])
            left -= min(left, len(piece))
    return write
