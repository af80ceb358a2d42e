"""Whether a film's file ends before its own parts do: a dropped connection leaves such files."""

from __future__ import annotations

import os
from typing import IO

# The parts that hold pictures and their index; what a phone writes behind them may be of any form.
BOXES = (b"mdat", b"moov", b"moof")
BOX_HEAD = 8
LONG_HEAD = 16
EBML_HEAD = b"\x1aE\xdf\xa3"
SEGMENT = b"\x18S\x80g"


def is_cut_off(path: str, decoder: str) -> bool:
    with open(path, "rb") as file:  # noqa: PTH123 - the decoder's process loads no more than it needs
        size = os.fstat(file.fileno()).st_size
        return (_box_beyond if decoder == "mov" else _segment_beyond)(file, size)


def _box_beyond(file: IO[bytes], size: int) -> bool:
    place = 0
    while place + BOX_HEAD <= size:
        file.seek(place)
        head = file.read(LONG_HEAD)
        length, kind = int.from_bytes(head[:4]), head[4:BOX_HEAD]
        if length == 1:
            length = int.from_bytes(head[BOX_HEAD:])
        if length == 0:
            return False  # it goes on to the end
        if place + length > size:
            return kind in BOXES
        if length < BOX_HEAD:
            return False  # no box: something else follows
        place += length
    return False


def _segment_beyond(file: IO[bytes], size: int) -> bool:
    if file.read(len(EBML_HEAD)) != EBML_HEAD:
        return False
    length = _number(file)
    if length is None:
        return False
    file.seek(length, os.SEEK_CUR)
    if file.read(len(SEGMENT)) != SEGMENT:
        return True
    length = _number(file)
    return length is not None and file.tell() + length > size


def _number(file: IO[bytes]) -> int | None:
    """A length of 1 to 8 bytes, which its first bits count; None for an unknown one, as live recordings have it."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    count = 8 - first[0].bit_length()
    rest = file.read(count)
    bits = 7 * (count + 1)
    value = int.from_bytes(first + rest) & ((1 << bits) - 1)
    return None if value == (1 << bits) - 1 else value
