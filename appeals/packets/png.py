"""PNG as PDF takes it: the compressed rows go in untouched, so nothing is decoded."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE = 0, 2, 3
KEPT_CHUNKS = (b"IHDR", b"PLTE", b"eXIf")
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1}


@dataclass(frozen=True)
class PngRows:
    """Where a PNG's rows lie in its file: (offset, length) of each piece, and how to read them."""

    width: int
    height: int
    depth: int
    color: int
    palette: bytes
    exif: bytes
    spans: tuple[tuple[int, int], ...]

    @property
    def channels(self) -> int:
        return CHANNELS[self.color]


def read_rows(path: Path) -> PngRows | None:
    """The rows, or None when PDF cannot take them as they are (interlaced, transparent).

    Raises ValueError when the file ends early or a chunk does not fit its checksum.
    """
    header = palette = exif = b""
    spans: list[tuple[int, int]] = []
    is_transparent = False
    with path.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            raise ValueError("not a PNG")
        for kind, offset, length, data in _chunks(file):
            if kind == b"IHDR":
                header = data
            elif kind == b"PLTE":
                palette = data
            elif kind == b"eXIf":
                exif = data
            elif kind == b"tRNS":
                is_transparent = True
            elif kind == b"IDAT":
                spans.append((offset, length))
    width, height, depth, color, _method, _filter, interlaced = struct.unpack(">IIBBBBB", header)
    if is_transparent or interlaced or color not in CHANNELS:
        return None
    return PngRows(width, height, depth, color, palette, exif, tuple(spans))


def _chunks(file: BinaryIO) -> list[tuple[bytes, int, int, bytes]]:
    """Kind, offset, length and content of each chunk up to IEND; rows are checked, but not kept."""
    chunks: list[tuple[bytes, int, int, bytes]] = []
    while True:
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - a chunk starts with four bytes of length and four of kind
            raise ValueError("a PNG without its end")
        length, kind = struct.unpack(">I4s", head)
        offset = file.tell()
        data = file.read(length)
        if file.read(4) != struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))):
            raise ValueError("a PNG chunk does not fit its checksum")
        chunks.append((kind, offset, length, data if kind in KEPT_CHUNKS else b""))
        if kind == b"IEND":
            return chunks
