"""Pictures drawn rather than stored: a desert for each article, a logo and an icon."""

import struct
import zlib
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from math import sin

WIDTH, HEIGHT = 480, 270
GRAIN = 3
ICON = 16


@cache
def landscape(name: str) -> bytes:
    """A PNG of sky and dunes whose colours and shapes follow from a name."""
    seed = sha256(name.encode()).digest()
    sky, dune = tuple(150 + byte % 90 for byte in seed[:3]), tuple(seed[3:6])
    horizon, height, waves = 90 + seed[6] % 80, 20 + seed[7] % 40, 20.0 + seed[8] % 60
    crest = [horizon + height * sin((x + seed[9]) / waves) for x in range(0, WIDTH, GRAIN)]
    rows = (_row(sky, dune, crest, y) for y in range(0, HEIGHT, GRAIN))
    return _png(WIDTH, HEIGHT, [row for row in rows for _ in range(GRAIN)])


def icon(colour: str) -> bytes:
    """A square icon of one colour ("#8a1c1c") in the ICO container."""
    png = _png(ICON, ICON, [bytes.fromhex(colour[1:]) * ICON] * ICON)
    directory = struct.pack("<HHHBBBBHHII", 0, 1, 1, ICON, ICON, 0, 0, 1, 24, len(png), 22)
    return directory + png


def logo(name: str, colour: str) -> bytes:
    """The outlet's name as an SVG drawing."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="64" viewBox="0 0 320 64">'
        f'<rect width="64" height="64" rx="8" fill="{colour}"/>'
        '<path d="M8 48 L26 26 L36 38 L46 20 L56 48 Z" fill="#fff"/>'
        f'<text x="76" y="42" font-family="Georgia, serif" font-size="26">{name}</text></svg>\n'
    ).encode()


def _row(sky: tuple[int, ...], dune: tuple[int, ...], crest: list[float], y: int) -> bytes:
    air = bytes(min(255, channel + y // 6) for channel in sky)
    return b"".join((bytes(dune) if y > height else air) * GRAIN for height in crest)


def _png(width: int, height: int, rows: Iterable[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = _part(b"IHDR", header) + _part(b"IDAT", pixels) + _part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
