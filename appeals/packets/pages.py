"""The packet's own pages: cover, index, timeline, deadlines, and the furniture of every evidence page."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from appeals.packets.estimate import front_pages
from appeals.packets.placing import mark_exhibits
from appeals.packets.stamps import Stamp, collect, stamp_of
from appeals.packets.tagging import leave_untagged
from appeals.packets.wording import index_words, packet_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from weasyprint import Document

    from appeals.packets.content import PacketContent
    from appeals.packets.sheets import Sheet

# Pango's font map is not made for two threads.
lock = Lock()


@contextmanager
def laying_out() -> Iterator[None]:
    """One packet at a time; Python looks for garbage among the packet's boxes only, not in all of the project."""
    with lock:
        is_ours = gc.get_freeze_count() == 0
        if is_ours:
            gc.freeze()
        try:
            yield
        finally:
            if is_ours:
                gc.unfreeze()


@dataclass(frozen=True)
class LaidOut:
    """The packet before its evidence is placed; `document` ends with the page of stamps if there are sheets."""

    document: Document
    sheets: list[Sheet]
    stamps: list[Stamp]
    front_pages: int

    @property
    def total(self) -> int:
        return self.front_pages + len(self.sheets)


def lay_out(content: PacketContent, sheets: list[Sheet]) -> LaidOut:
    """All pages of the packet but for the evidence itself.

    The index needs the number of pages before the evidence, which only laying them out tells: it is
    guessed, and laid out again when the guess was wrong.
    """
    words = packet_words(content, sheets)
    laid_out = _lay_out(words, content, sheets, front_pages(content))
    found = len(laid_out.document.pages) - bool(sheets)
    if found != laid_out.front_pages:
        laid_out = _lay_out(words, content, sheets, found)
    if sheets:
        mark_exhibits(laid_out.document.pages[-1], content.pieces)
        leave_untagged(laid_out.document.pages[-1])
    return laid_out


def _lay_out(words: dict[str, Any], content: PacketContent, sheets: list[Sheet], front_pages: int) -> LaidOut:
    total = front_pages + len(sheets)
    first_pages: dict[int, int] = {}
    stamps = []
    for page, sheet in enumerate(sheets, start=front_pages + 1):
        first_pages.setdefault(sheet.piece.number, page)
        stamps.append(stamp_of(sheet, case_no=content.case_no, page=page, total=total))
    context = {
        **words,
        "index": index_words(content, first_pages),
        "stamps": collect(stamps).as_lines() if stamps else [],
        "total": total,
    }
    source = HTML(string=render_to_string("pdf/packet.html", context), url_fetcher=_refuse)
    document = source.render(font_config=_fonts(), stylesheets=[_style()])
    return LaidOut(document, sheets, stamps, front_pages)


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """Loaded once a process: finding the fonts takes longer than laying out a page."""
    return FontConfiguration()


@lru_cache(maxsize=1)
def _style() -> CSS:
    return CSS(string=render_to_string("pdf/packet.css"), font_config=_fonts(), url_fetcher=_refuse)


def _refuse(url: str) -> NoReturn:
    """Nothing in a packet's pages is loaded from anywhere."""
    raise ValueError(f"not allowed to load {url}")
