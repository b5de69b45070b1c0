"""A map of strengths as one small picture, coloured by the style sheet.

The picture is a grey PNG used as a mask over a flat fill, so it follows the theme, needs no script, and stays one
element however many pixels it has.
"""

import base64
import struct
import zlib
from collections.abc import Sequence


def mask(rows: Sequence[Sequence[float]]) -> str:
    """A ``data:`` URI of ``rows`` (strengths from 0 to 1) as a grey PNG: brighter is stronger.

    Raises ValueError where the rows are none or uneven.
    """
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ValueError("a picture needs rows of one length")
    pixels = b"".join(b"\0" + bytes(_byte(value) for value in row) for row in rows)
    return _png(pixels, width, len(rows), depth=8)


def coloured(rows: Sequence[Sequence[Sequence[float]]]) -> str:
    """The same of rows of (red, green, blue), each from 0 to 1: a picture in its own colours, and no mask."""
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ValueError("a picture needs rows of one length")
    pixels = b"".join(b"\0" + bytes(_byte(value) for pixel in row for value in pixel) for row in rows)
    return _png(pixels, width, len(rows), depth=8, kind=2)


def bits(rows: Sequence[int], width: int) -> str:
    """The same of rows that are masks, in which bit i is column i: a column is full or empty.

    Raises ValueError where there are no rows or no columns.
    """
    if not rows or width < 1:
        raise ValueError("a picture needs rows of one length")
    room = -(-width // 8)
    lines = {row: int(f"{row:0{width}b}"[::-1].ljust(8 * room, "0"), 2).to_bytes(room, "big") for row in set(rows)}
    return _png(b"".join(b"\0" + lines[row] for row in rows), width, len(rows), depth=1)


def _byte(value: float) -> int:
    return max(0, min(255, round(255 * value)))


def _png(pixels: bytes, width: int, height: int, depth: int, kind: int = 0) -> str:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    data = zlib.compress(pixels, 9)
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
