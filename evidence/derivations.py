"""What may be done to a picture: turn it, crop it, black out parts of it. Pure.

The turn comes first, clockwise. Then crop and black-out, both by rectangles [left, top, right, bottom] in fractions of
the turned picture, 0 to 1 from its top left: what is blacked out lies where the person saw it, whatever is cropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

TURNS = (0, 90, 180, 270)
MOST_BOXES = 50
DIGITS = 6  # a millionth of a side is less than a pixel
SIDES = 4

Box = tuple[float, float, float, float]
ALL: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Derivation:
    turn: int = 0
    crop: Box | None = None
    black_out: tuple[Box, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For the row, the ledger and the decoder; the same change is always written the same way."""
        crop = list(self.crop) if self.crop else None
        return {"turn": self.turn, "crop": crop, "black_out": [list(box) for box in self.black_out]}

    def steps(self) -> list[_StrOrPromise]:
        """What was done, in words."""
        steps: list[_StrOrPromise] = []
        if self.turn:
            steps.append(_("turning"))
        if self.crop:
            steps.append(_("cropping"))
        if self.black_out:
            steps.append(_("blacking out"))
        return steps

    def size_of(self, width: int, height: int) -> tuple[int, int]:
        """What is left of an upright picture of this size, in whole pixels."""
        if self.turn in (90, 270):
            width, height = height, width
        left, top, right, bottom = self.crop or ALL
        return round(right * width) - round(left * width), round(bottom * height) - round(top * height)


def read_derivation(data: Mapping[str, Any]) -> Derivation:
    """Raises `Unprocessable` for what is no such change, and where nothing is left to do."""
    turn = data.get("turn") or 0
    if isinstance(turn, bool) or turn not in TURNS:
        raise wrong("turn", _("Turn by 90, 180 or 270 degrees, clockwise."))
    given = data.get("black_out") or []
    if not isinstance(given, list) or len(given) > MOST_BOXES:
        raise wrong("black_out", format_lazy(_("A list of at most {most} rectangles."), most=MOST_BOXES))
    crop = data.get("crop")
    derivation = Derivation(
        turn=int(turn),
        crop=None if crop is None else _box(crop, "crop"),
        # All are black, so neither their order nor a second one in the same place changes anything.
        black_out=tuple(sorted({_box(box, "black_out") for box in given})),
    )
    if derivation.crop == ALL:
        derivation = Derivation(derivation.turn, None, derivation.black_out)
    if not derivation.steps():
        raise wrong("turn", _("Nothing is to be changed: turn, crop or black out something first."))
    return derivation


def recorded(data: Mapping[str, Any]) -> Derivation:
    """What `as_data` wrote."""
    crop = tuple(data["crop"]) if data["crop"] else None
    return Derivation(data["turn"], crop, tuple(tuple(box) for box in data["black_out"]))


def _box(value: Any, field: str) -> Box:
    if not isinstance(value, list | tuple) or len(value) != SIDES or not all(_is_fraction(side) for side in value):
        raise wrong(field, _("A rectangle is [left, top, right, bottom] in fractions of the picture, 0 to 1."))
    left, top, right, bottom = (round(float(side), DIGITS) for side in value)
    if left >= right or top >= bottom:
        raise wrong(field, _("A rectangle has nothing in it: its left is left of its right, its top above its bottom."))
    return left, top, right, bottom


def _is_fraction(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and 0 <= value <= 1


def wrong(field: str, message: _StrOrPromise) -> Unprocessable:
    return Unprocessable(message, fields={field: message})
