"""Proves what Pillow does not ask of a PNG: it ends, its sums fit, and its rows unpack to what the header says.

A packet hands the rows on as they are. Too few would leave a hole in the page, too many would swell in the program of
whoever opens it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from evidence.decoder.request import Refused

SIGNATURE_BYTES = 8
# A chunk is its length, its kind, its content and its sum.
FRAME = struct.Struct(">I4s")
SUM_BYTES = 4
HEADER = struct.Struct(">IIBBBBB")
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PALETTE_COLOUR = 3
# Left, top and steps to the right and down of the seven passes of an interlaced picture.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
ONE_PASS = ((0, 0, 1, 1),)
# Writers make chunks of 4 KB at least: more of them than this only keep readers busy.
MOST_CHUNKS = 50_000
# Some writers leave a little behind the last row.
SPARE_BYTES = 65_536
PIECE = 1 << 20
ONCE = (b"IHDR", b"PLTE")


def check_png(path: str) -> None:
    """Raises Refused, zlib.error, struct.error."""
    content: dict[bytes, memoryview] = {}
    rows: list[memoryview] = []
    before = b""
    for kind, data in chunks(Path(path).read_bytes()):
        if (kind in ONCE and kind in content) or (kind == b"IDAT" and rows and before != kind):
            raise Refused("damaged")
        if kind == b"IDAT":
            rows.append(data)
        content[kind] = data
        before = kind
    width, height, depth, colour, _method, _filter, is_interlaced = HEADER.unpack(content[b"IHDR"])
    if colour == PALETTE_COLOUR and (not content.get(b"PLTE") or len(content[b"PLTE"]) % 3):
        raise Refused("damaged")
    expected = row_bytes(width, height, depth * CHANNELS[colour], PASSES if is_interlaced else ONE_PASS)
    if not expected <= unpacked_bytes(rows, expected + SPARE_BYTES) <= expected + SPARE_BYTES:
        raise Refused("damaged")


def chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content, up to the end. Raises Refused."""
    view = memoryview(data)
    start = SIGNATURE_BYTES
    kind = b""
    for _number in range(MOST_CHUNKS):
        length, kind = FRAME.unpack_from(view, start)
        end = start + FRAME.size + length
        if zlib.crc32(view[start + 4 : end]) != int.from_bytes(view[end : end + SUM_BYTES], "big"):
            raise Refused("damaged")
        yield kind, view[start + FRAME.size : end]
        if kind == b"IEND":
            return
        start = end + SUM_BYTES
    raise Refused("complex")


def row_bytes(width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]) -> int:
    """Bytes of all rows, each with the number of its filter before it."""
    total = 0
    for left, top, right, down in passes:
        columns, rows = -(-(width - left) // right), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def unpacked_bytes(rows: list[memoryview], most: int) -> int:
    """How many bytes the rows unpack to; counting stops soon after `most`."""
    unpacker = zlib.decompressobj()
    total = 0
    for data in rows:
        left: bytes | memoryview = data
        while left and total <= most:
            total += len(unpacker.decompress(left, PIECE))
            left = unpacker.unconsumed_tail
    return total
