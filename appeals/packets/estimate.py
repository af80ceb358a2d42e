"""How many pages of its own a packet will have, told before they are laid out: a wrong guess costs a second time.

In points; the measures are those of templates/pdf/packet.css.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from appeals.packets.geometry import MM
from appeals.packets.wording import cover_facts, piece_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appeals.packets.content import PacketContent

PAGE_HEIGHT = (297 - 24 - 22) * MM
PAGE_WIDTH = (210 - 22 - 22) * MM
NARROW_EM = 0.56
BODY, LEADING = 9.5, 1.6
SMALL, SMALL_LEADING = 7.2, 1.5
LINE = BODY * LEADING
PADDING = 3.2 * MM + 0.3
COLUMN_HEADS = 8 * LEADING + 1.6 * MM + 0.6
HEADING = 13 * 1.4 + 4 * MM
NOTE = 8 * LEADING + 0.5 * MM
PLAIN_HEADING = 7.2 * MM + LINE
CLOSING = 10.5 * MM + 8 * LEADING


def front_pages(content: PacketContent) -> int:
    pages = _cover(content)
    if content.pieces:
        pages += _filled(_index_rows(content), first=HEADING, each=COLUMN_HEADS)
    if content.timeline or content.deadlines:
        pages += _filled(_story_rows(content), first=HEADING + NOTE, each=COLUMN_HEADS)
    return pages


def _filled(blocks: Iterable[float], *, first: float = 0, each: float = 0) -> int:
    """The pages that blocks take which are not broken, under what stands on the first and on each page."""
    pages, used = 1, first + each
    for block in blocks:
        if used + block > PAGE_HEIGHT:
            pages, used = pages + 1, each
        used += block
    return pages


def _lines(text: str, size: float, width: float) -> int:
    ems = sum(1 if east_asian_width(letter) in "WFA" else NARROW_EM for letter in text)
    return max(1, ceil(ems * size / width))


def _cover(content: PacketContent) -> int:
    blocks = [3 * MM + 1.6 + 9 * LEADING, 8.5 * MM + 21 * 1.3 * _lines(content.title, 21, PAGE_WIDTH)]
    blocks += [PADDING + LINE * _lines(value, BODY, PAGE_WIDTH - 40 * MM) for _label, value in cover_facts(content)]
    if content.claims:
        blocks += [PLAIN_HEADING, *[PADDING + LINE] * (len(content.claims) + 1)]
    blocks.append(PLAIN_HEADING + LINE * _lines(content.ground, BODY, PAGE_WIDTH))
    said = PLAIN_HEADING + LINE * _lines(content.statement, BODY, PAGE_WIDTH) + CLOSING
    # Longer than a page, it is broken after all.
    blocks += [said] if said < PAGE_HEIGHT else [LINE] * int(said / LINE)
    blocks += [PADDING + 8.5 * LEADING * 2] * len(content.orders)
    return _filled(blocks)


def _index_rows(content: PacketContent) -> Iterable[float]:
    width = PAGE_WIDTH - 24 * MM
    for piece in content.pieces:
        words = f"{piece.caption} {piece.slot_name} {piece.case_no}"
        notes = sum(_lines(note, SMALL, width) for note in piece_notes(piece))
        yield PADDING + LINE * _lines(words, BODY, width) + SMALL * SMALL_LEADING * notes


def _story_rows(content: PacketContent) -> Iterable[float]:
    """The timeline, and behind it the deadlines."""
    for _order in content.orders:
        yield 6.1 * MM + BODY * 1.4 + SMALL * SMALL_LEADING
    for moment in content.timeline:
        yield PADDING + LINE * _lines(moment.text, BODY, PAGE_WIDTH - 69 * MM)
    if content.timeline and content.deadlines:
        yield 10 * MM + HEADING + NOTE + COLUMN_HEADS
    for deadline in content.deadlines:
        lines = _lines(deadline.name, BODY, PAGE_WIDTH - 125 * MM) + bool(deadline.case_no)
        yield PADDING + LINE * lines
