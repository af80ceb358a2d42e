"""What stands on every evidence page: caption, slot, exhibit number, case number, SHA-256, page number.

WeasyPrint takes 15 ms to lay out one page, more than all the rest of an evidence page. So it sets these
words once, each on a line of one last page, and the lines are then taken from there to where they belong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from appeals.packets.geometry import MM, SIDE, numbers, paper
from appeals.packets.wording import exhibit_words, film_hash, film_words

if TYPE_CHECKING:
    from appeals.packets.sheets import Sheet

# As templates/pdf/packet.css sets the last page: CSS pixels, and points a pixel.
LINE_HEIGHT = 4
LINE_WIDTH = 210 * 96 / 25.4
PIXEL = 0.75
SHA256_DIGITS = 12
# Ems of the caption's font on one line beside the exhibit number, in a line of text that is half narrow.
CAPTION_EMS = {False: 37, True: 60}
CAPTION_LINES = 2
NARROW_EM = 0.62

BLACK = "0.1 0.1 0.1 rg"
GREY = "0.4 0.4 0.4 rg"
ACCENT = "0.122 0.306 0.475"
RULE = "0.8 G 0.3 w"
TEXT_POSITION = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm")


@dataclass(frozen=True)
class Line:
    """One set line: its drawing, and its width in points where it was set to the right."""

    drawing: bytes
    width: float


@dataclass
class StampTexts:
    """The words of all evidence pages, each once, by style in the order they are set."""

    styles: dict[str, dict[str, int]] = field(
        default_factory=lambda: {"caption": {}, "stamp": {}, "note": {}, "page": {}}
    )

    def add(self, style: str, text: str) -> None:
        self.styles[style].setdefault(text, len(self.styles[style]))

    def as_lines(self) -> list[tuple[str, str]]:
        """Style and its texts, a line each; the first line is never empty, so that lines can be counted from it."""
        return [(style, "\n".join(["0", *texts])) for style, texts in self.styles.items()]

    def read(self, operators: list[bytes]) -> dict[tuple[str, str], Line]:
        """Find each text's line, by style and text, in the content stream of the page that they were set on."""
        rows = _rows(operators)
        first = 0
        found: dict[tuple[str, str], Line] = {}
        for style, texts in self.styles.items():
            for text, number in texts.items():
                if first + 1 + number in rows:
                    found[style, text] = rows[first + 1 + number]
            first += 1 + len(texts)
        return found


def _rows(operators: list[bytes]) -> dict[int, Line]:
    """Each set line by its row on the page."""
    rows: dict[int, Line] = {}
    font = b""
    position: re.Match[bytes] | None = None
    parts: list[bytes] = []
    top: float | None = None
    for operator in [*operators, b"ET"]:
        moved = TEXT_POSITION.fullmatch(operator)
        if (moved or operator == b"ET") and position:
            baseline = float(position[2])
            # Fonts differ in where a row's baseline is by less than a row.
            top = baseline if top is None else top
            row = round((baseline - top) / LINE_HEIGHT)
            rows[row] = Line(b"\n".join(parts), (LINE_WIDTH - float(position[1])) * PIXEL)
            position = None
        if moved:
            position, parts = moved, [font]
        elif position and operator != b"ET":
            parts.append(operator)
        if operator.endswith(b" Tf"):
            font = operator
    return rows


def caption_lines(caption: str, *, is_landscape: bool) -> list[str]:
    """The caption in at most two lines; what does not fit is in the index."""
    room = CAPTION_EMS[is_landscape]
    lines: list[str] = [""]
    used = 0.0
    for letter in " ".join(caption.split()):
        width = 1 if east_asian_width(letter) in "WFA" else NARROW_EM
        if used + width > room:
            if len(lines) == CAPTION_LINES:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
            used = 0.0
        lines[-1] += letter
        used += width
    return lines


@dataclass(frozen=True)
class Stamp:
    """The words of one evidence page."""

    caption: list[str]
    notes: list[str]
    exhibit: str
    foot: str
    page: str


def stamp_of(sheet: Sheet, *, case_no: str, page: int, total: int) -> Stamp:
    piece = sheet.piece
    notes = [piece.slot_name]
    if sheet.parts > 1:
        part = _("part %(part)s of %(parts)s") % {"part": sheet.part, "parts": sheet.parts}
        notes = [f"{piece.slot_name} · {part}" if piece.slot_name else part]
    if piece.is_film:
        notes.append(f"{film_words(piece)} · {film_hash(piece)}")
    return Stamp(
        caption_lines(piece.caption, is_landscape=sheet.is_landscape),
        [" ".join(note.split()) for note in notes],
        exhibit_words(piece),
        f"{piece.case_no or case_no} · SHA-256 {piece.sha256[:SHA256_DIGITS]}",
        f"{page} / {total}",
    )


def collect(stamps: list[Stamp]) -> StampTexts:
    texts = StampTexts()
    for stamp in stamps:
        for line in stamp.caption:
            texts.add("caption", line)
        texts.add("stamp", stamp.exhibit)
        for note in stamp.notes:
            texts.add("note", note)
        texts.add("note", stamp.foot)
        texts.add("page", stamp.page)
    return texts


def stamp_drawing(stamp: Stamp, lines: dict[tuple[str, str], Line], *, is_landscape: bool) -> bytes:
    """The content stream of the page's furniture."""
    width, height = paper(is_landscape=is_landscape)
    right = width - SIDE
    drawing: list[bytes] = []

    def write(style: str, text: str, color: str, left: float, baseline: float, *, is_right: bool = False) -> float:
        line = lines.get((style, text))
        if line is None:
            return 0
        start = left - line.width if is_right else left
        drawing.append(f"{color} BT {numbers(PIXEL, 0, 0, PIXEL, start, baseline)} Tm".encode())
        drawing.extend((line.drawing, b"ET"))
        return line.width

    baseline = height - 12.5 * MM
    for text in stamp.caption:
        write("caption", text, BLACK, SIDE, baseline)
        baseline -= 5 * MM
    baseline += 0.2 * MM
    for text in stamp.notes:
        write("note", text, GREY, SIDE, baseline)
        baseline -= 4 * MM
    stamp_width = write("stamp", stamp.exhibit, f"{ACCENT} rg", right - 2.6 * MM, height - 13.2 * MM, is_right=True)
    box = numbers(right - stamp_width - 5.2 * MM, height - 15.2 * MM, stamp_width + 5.2 * MM, 6.6 * MM)
    drawing.append(f"{ACCENT} RG 0.9 w {box} re S".encode())
    drawing.append(f"{RULE} {numbers(SIDE, 14 * MM)} m {numbers(right, 14 * MM)} l S".encode())
    write("note", stamp.foot, GREY, SIDE, 9.5 * MM)
    write("page", stamp.page, GREY, right, 9.5 * MM, is_right=True)
    return b"\n".join(drawing)
