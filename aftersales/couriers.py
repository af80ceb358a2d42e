"""Which courier a tracking number looks like. A hint and a warning, never a refusal: shapes change without notice."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrOrPromise

_invisible = re.compile(r"[\s\u200b-\u200d\u2060\ufeff'`]+")


class Part(BaseModel):
    """Strict: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(Part):
    zh: str
    en: str


class Shape(Part):
    """`seen` of `of` numbers of the courier had it; None where only its prefix is known."""

    pattern: str
    seen: int | None = None
    of: int | None = None
    is_older: bool = False
    is_shared: bool = False  # fits other couriers' numbers as well: it names nobody

    def fits(self, number: str) -> bool:
        return re.fullmatch(self.pattern, number, re.ASCII) is not None


class Courier(Part):
    """`known_as` are words of its name, in lower case."""

    code: str
    name: Name
    known_as: tuple[str, ...] = Field(min_length=1)
    shapes: tuple[Shape, ...] = Field(min_length=1)

    @cached_property
    def name_pattern(self) -> re.Pattern[str]:
        # Latin words stand alone: "sf" is not in "sfc".
        words = [rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])" if one.isascii() else one for one in self.known_as]
        return re.compile("|".join(words))

    def is_called(self, name: str) -> bool:
        """Whether a platform's or a person's name for a courier means this one: 圆通速递 is 圆通."""
        return self.name_pattern.search(unicodedata.normalize("NFKC", name).casefold()) is not None

    def has_issued(self, number: str, *, older: bool = False) -> bool:
        """Whether the number has a shape of this courier, today's or an older one."""
        return any(shape.is_older == older and shape.fits(number) for shape in self.shapes)

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return self.name.zh if (get_language() or "zh").startswith("zh") else self.name.en


def couriers() -> tuple[Courier, ...]:
    """All couriers, those first whose numbers are the most telling."""
    return _read(settings.COURIERS_FILE)


@lru_cache(maxsize=2)
def _read(path: Path) -> tuple[Courier, ...]:
    found = tomllib.loads(path.read_text(encoding="utf-8"))["courier"]
    return tuple(Courier.model_validate(one) for one in found)


def normalized(number: str) -> str:
    """A number as it was pasted, in one spelling: half-width capitals without spaces, tabs and quotation marks."""
    return _invisible.sub("", unicodedata.normalize("NFKC", number)).upper()


def suggest(number: str) -> list[Courier]:
    """The couriers whose numbers look like this one, the likeliest first; those of an older shape come last."""
    tidy = normalized(number)
    today = [one for one in couriers() if one.has_issued(tidy)]
    alone = [one for one in today if any(shape.fits(tidy) and not shape.is_shared for shape in one.shapes)]
    older = [one for one in couriers() if one not in today and one.has_issued(tidy, older=True)]
    return [*alone, *(one for one in today if one not in alone), *older]


def likely(number: str) -> Courier | None:
    """The courier that the number's shape names today; None where it names none, or several."""
    tidy = normalized(number)
    found = [
        one
        for one in couriers()
        if any(shape.fits(tidy) and not shape.is_shared and not shape.is_older for shape in one.shapes)
    ]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=512)
def known_as(name: str) -> Courier | None:
    """The courier of this name; None for one that the desk knows no shapes of."""
    return next((one for one in couriers() if one.is_called(name)), None)


def contradiction(number: str, courier: str) -> _StrOrPromise | None:
    """What to say where the number's shape names another courier than the one that was named."""
    tidy, named = normalized(number), known_as(courier)
    if not tidy or named is None or named.has_issued(tidy):
        return None
    other = likely(tidy)
    if other is None or other == named:
        return None
    if named.has_issued(tidy, older=True):
        return None
    message = _(
        "The tracking number {number} looks like one of {other}, not of {courier}: compare it with the waybill."
    )
    return format_lazy(message, number=tidy, other=_label(other), courier=_label(named))


def odd_shape(number: str, courier: str) -> _StrOrPromise | None:
    """What to say of a number that is unusual for its named courier; None where nothing is, or nothing is known."""
    tidy, named = normalized(number), known_as(courier)
    if not tidy or named is None or named.has_issued(tidy):
        return None
    wrong = contradiction(tidy, courier)
    if wrong is not None:
        return wrong
    if named.has_issued(tidy, older=True):
        message = _("The tracking number {number} has an older shape of {courier}: compare it with the waybill.")
    else:
        message = _("The tracking number {number} has an unusual shape for {courier}: compare it with the waybill.")
    return format_lazy(message, number=tidy, courier=_label(named))


def parcel_warnings(tracking_no: str, courier: str) -> list[_StrOrPromise]:
    """What a person should look at in a parcel that was recorded all the same."""
    warning = odd_shape(tracking_no, courier) if tracking_no and courier else None
    return [warning] if warning is not None else []


def _label_of(courier: Courier) -> str:
    return courier.label


# Its name in the language of whoever reads the text in the end.
_label = lazy(_label_of, str)
