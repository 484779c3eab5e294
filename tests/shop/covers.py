"""The shop's covers: plain JPEGs and every kind that gives trouble.

`python3 -m tests.shop.covers FOLDER [--seed N]` draws them with Pillow, once; the shop serves the folder (`--covers FOLDER`).
Without a folder the shop serves small PNGs of one colour under the same names, and the bomb, which needs no Pillow.
"""
import argparse
import io
import random
import struct
import zlib
from pathlib import Path

from .catalogue import COVERS, ODD_COVERS
from .http_server import Page

KINDS = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
BOMB_SIDE = 50_000
MODIFIED = 1_735_689_600
PIECE = 1 << 20


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width, height, colour_type, data):
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def bomb_png(side=BOMB_SIDE):
    """A valid PNG of side × side black pixels, 2.4 MB for 2.5 GB, made in a moment.

    Its rows are all zero, so one compressed piece of zeros, closed by a full flush, can be repeated; the Adler-32 of n zeros
    is known without summing them.
    """
    size = side * (side + 1)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = squeeze.compress(bytes(PIECE)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, zlib.DEFLATED, -15)
    last = rest.compress(bytes(size % PIECE)) + rest.flush(zlib.Z_FINISH)
    return _png(side, side, 0, b"\x78\xda" + piece * (size // PIECE) + last + struct.pack(">I", size % 65_521 << 16 | 1))


def plain_png(name):
    """A small cover of one colour, for a shop without drawn covers."""
    colour = struct.pack(">I", zlib.crc32(name.encode()))[:3]
    return _png(400, 600, 2, zlib.compress((b"\0" + colour * 400) * 600, 9))


def _draw(rng, size=None):
    """A cover as publishers make them: a ground, a few shapes, bands where the title would be, some grain."""
    from PIL import Image, ImageDraw
    width, height = size or (rng.randint(360, 440), rng.randint(540, 660))
    colour = lambda: tuple(rng.randrange(256) for _ in range(3))  # noqa: E731
    image = Image.effect_noise((width // 4 + 1, height // 4 + 1), 40).resize((width, height)).convert("RGB")
    image = Image.blend(Image.new("RGB", (width, height), colour()), image, 0.25)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(3, 9)):
        x, y, side = rng.randrange(width), rng.randrange(height), rng.randint(width // 10, width // 2)
        getattr(draw, rng.choice(("ellipse", "rectangle")))((x, y, x + side, y + side), fill=colour())
    for line in range(rng.randint(2, 4)):
        top = height // 8 + line * height // 14
        right = width // 10 + rng.randint(width // 3, width * 3 // 4)
        draw.rectangle((width // 10, top, right, top + height // 28), fill=colour())
    return image


def _saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def odd_covers(rng):
    """Name and bytes of every troublesome cover but the missing one."""
    from PIL import Image
    whole = _saved(_draw(rng), "JPEG", quality=85)
    clear = _draw(rng, (400, 600)).convert("RGBA")
    clear.putalpha(Image.radial_gradient("L").resize((400, 600)))
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned a quarter right before it is shown
    frames = [_draw(rng, (200, 300)) for _ in range(4)]
    yield "alpha.png", _saved(clear, "PNG")
    yield "plain.webp", _saved(_draw(rng), "WEBP", quality=80)
    yield "animated.gif", _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    yield "cmyk.jpg", _saved(_draw(rng).convert("CMYK"), "JPEG", quality=85)
    yield "turned.jpg", _saved(_draw(rng, (600, 400)), "JPEG", quality=85, exif=turned.tobytes())
    yield "large.jpg", _saved(_draw(rng, (4000, 5000)), "JPEG", quality=80)
    yield "truncated.jpg", whole[:len(whole) // 2]
    yield "page.jpg", b"<!DOCTYPE html><html><body>Image introuvable</body></html>"
    yield "bomb.png", bomb_png()


def make(folder, seed=1, count=COVERS):
    """Draws all covers into a folder; the same seed and Pillow give the same shapes (the grain differs)."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(f"covers/{seed}")
    drawn = b""
    for number in range(count):
        if number % 10 != 9:  # every tenth has the bytes of the one before, under its own name
            drawn = _saved(_draw(rng), "JPEG", quality=rng.randint(70, 92))
        (folder / f"c{number:03d}.jpg").write_bytes(drawn)
    for name, data in odd_covers(rng):
        (folder / name).write_bytes(data)


class Covers:
    """The pages under /img/: files of a folder, or what needs none."""

    def __init__(self, folder=None):
        self.folder = Path(folder) if folder else None

    def page(self, name):
        known = name in ODD_COVERS or (name[:1] == "c" and name[1:4].isdigit() and name[4:] == ".jpg" and int(name[1:4]) < COVERS)
        if not known or name == "missing.jpg":
            return None
        if self.folder:
            file = self.folder / name
            return Page(file.read_bytes(), KINDS[file.suffix], modified=MODIFIED, pack=False) if file.exists() else None
        if name == "bomb.png":
            return Page(bomb_png(), "image/png", modified=MODIFIED, pack=False)
        if name == "page.jpg":
            return Page("<!DOCTYPE html><html><body>Image introuvable</body></html>", "image/jpeg", pack=False)
        data = plain_png(name)
        return Page(data[:len(data) // 2] if name == "truncated.jpg" else data, "image/png", modified=MODIFIED, pack=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=COVERS, help="how many plain covers")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.seed, arguments.count)


if __name__ == "__main__":
    main()
