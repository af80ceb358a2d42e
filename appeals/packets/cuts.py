"""Where a long chat screenshot is cut over several pages: between two messages, with a little shown twice."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL import Image

from appeals.packets.geometry import MM, WHOLE, Window
from evidence.decoder.pictures import turned

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.packets.geometry import Box

# Taller than this, a picture on one page would be too narrow to read; a phone's screen is 2.2 at most.
TALL = 2.75
# A phone's screen at this width has letters of 10 to 12 points.
READABLE_WIDTH = 112 * MM
# Shares of a page: how far up a quiet line is looked for, and how much is shown again on the next page.
SEARCH = 0.16
OVERLAP = 0.02
# Rows are compared on this many columns; fewer would average thin letters away.
COLUMNS = 270
QUIET_ROWS = 6


def windows(path: Path, *, width: int, height: int, box: Box, turn: int = 1) -> tuple[Window, ...]:
    """The part of the picture that each page shows; one window for the whole where it is not tall.

    `width` and `height` are upright pixels, `turn` is the EXIF number by which it comes to stand so.
    Raises OSError when the picture cannot be decoded.
    """
    if height <= TALL * width:
        return (WHOLE,)
    most = int(width * box.height / READABLE_WIDTH)
    if height <= most:
        return (WHOLE,)
    rows = _rows(path, height, turn)
    overlap, search = int(most * OVERLAP), int(most * SEARCH)
    found: list[Window] = []
    start = 0
    while height - start > most:
        left = height - start
        even = left // ceil(left / most)
        latest = start + min(most, even + search // 2)
        cut = _quietest(rows, latest - search, latest)
        found.append(Window(start / height, cut / height))
        start = cut - overlap
    found.append(Window(start / height, 1.0))
    return tuple(found)


def _rows(path: Path, height: int, turn: int) -> bytes:
    """The upright picture in grey, COLUMNS bytes a row."""
    with Image.open(path) as image:
        return turned(image.convert("L"), turn).resize((COLUMNS, height), Image.Resampling.BOX).tobytes()


def _quietest(rows: bytes, first: int, last: int) -> int:
    """The row in this range around which the picture changes least from left to right, the lowest of equals."""
    spreads = []
    for number in range(first, last + 1):
        row = rows[number * COLUMNS : (number + 1) * COLUMNS]
        spreads.append(max(row) - min(row) if row else 0)
    best = max(
        range(len(spreads)),
        key=lambda at: (-max(spreads[max(0, at - QUIET_ROWS) : at + QUIET_ROWS + 1]), at),
    )
    return first + best
