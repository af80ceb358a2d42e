"""Paper and the room that evidence has on it, in points (1/72 inch) from the bottom-left corner."""

from __future__ import annotations

from dataclasses import dataclass

MM = 72 / 25.4
A4_SHORT = 210 * MM
A4_LONG = 297 * MM
# Kept free for the words that appeals/packets/stamps.py puts on an evidence page.
TOP = 28 * MM
BOTTOM = 18 * MM
SIDE = 15 * MM


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True)
class Window:
    """The part of a picture that one page shows, as fractions of the upright picture's height from its top."""

    top: float = 0.0
    end: float = 1.0


WHOLE = Window()


def paper(*, is_landscape: bool) -> tuple[float, float]:
    """Width and height of the page."""
    return (A4_LONG, A4_SHORT) if is_landscape else (A4_SHORT, A4_LONG)


def evidence_box(*, is_landscape: bool) -> Box:
    width, height = paper(is_landscape=is_landscape)
    return Box(SIDE, BOTTOM, width - 2 * SIDE, height - TOP - BOTTOM)


def fit(box: Box, width: float, height: float, *, largest: float) -> Box:
    """The largest place of this shape inside `box`: centred, at its top; `largest` bounds points a unit."""
    scale = min(box.width / width, box.height / height, largest)
    return Box(
        box.left + (box.width - width * scale) / 2,
        box.bottom + box.height - height * scale,
        width * scale,
        height * scale,
    )


def numbers(*values: float) -> str:
    """Numbers as a content stream writes them: no exponent, no trailing zeros."""
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values)
