"""One odd file: how it is made, and what is to become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from aftersales.errors import DeskError
from evidence.checks import FileWarning
from evidence.limits import Limits

Colour = tuple[int, int, int]

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (20, 150, 60), (30, 60, 220), (240, 210, 20)
WHITE = (255, 255, 255)
# Of the upper left, upper right, lower left and lower right quarter.
QUARTERS = (RED, GREEN, BLUE, YELLOW)
GREYS = ((20, 20, 20), (90, 90, 90), (160, 160, 160), (230, 230, 230))
# Width and height as shown, unless a file says otherwise: pixels of a picture, points of a PDF's page.
PICTURE = (240, 160)
PAGE = (180, 240)
# Less than an upload may take, so that a bomb is stopped sooner.
LITTLE_MEMORY = Limits(max_memory=900_000_000)


@dataclass(frozen=True)
class Accepted:
    """The file goes into packets.

    `size` is as shown, `looks` what the middle of each quarter of the first page shows there, by `tolerance` a
    channel; no looks where there is nothing to compare. `extension` is that of the content where the name lies.
    """

    size: tuple[int, int] = PICTURE
    pages: int = 1
    warnings: tuple[FileWarning, ...] = ()
    looks: tuple[Colour, ...] = QUARTERS
    tolerance: int = 12
    extension: str = ""


@dataclass(frozen=True)
class Refused:
    """The file is not taken, with this error."""

    error: type[DeskError]


@dataclass(frozen=True)
class OddFile:
    """`name` is that of the file, and what its sender calls it; `limits` bound the look at it."""

    name: str
    make: Callable[[], bytes]
    expected: Accepted | Refused
    limits: Limits = LITTLE_MEMORY

    @property
    def extension(self) -> str:
        """That of the content."""
        told = isinstance(self.expected, Accepted) and self.expected.extension
        return told or PurePath(self.name).suffix.removeprefix(".")

    @property
    def is_pdf(self) -> bool:
        return self.extension == "pdf"
