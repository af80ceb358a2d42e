"""What a packet would be for each destination, said before anything is built. Pure: sizes in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.packets.cuts import READABLE_WIDTH, SEARCH, TALL
from appeals.packets.geometry import evidence_box
from appeals.packets.sheet_plan import MOST_IN_A_SHEET, share_out
from evidence.limits import readable_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.policy_appeals import Destination

# A page of a tall picture, as its height to its width: cuts lie a little before the end of what a page holds.
PART = evidence_box(is_landscape=False).height / READABLE_WIDTH * (1 - SEARCH / 2)
INDEX_ROWS, MOMENTS = 16, 30
OWN_PAGE_BYTES = 60_000  # of our own pages, with their fonts


@dataclass(frozen=True, slots=True)
class PieceSize:
    """Pixels or pages of one chosen piece; 0 where it has none."""

    media_type: str
    byte_size: int
    width: int = 0
    height: int = 0
    pages: int = 1

    @property
    def figures(self) -> int:
        """Pictures to look at: a PDF's pages, the parts of a tall picture."""
        if self.media_type == "application/pdf":
            return max(1, self.pages)
        if self.media_type.startswith("image/") and self.width and self.height > TALL * self.width:
            return ceil(self.height / (self.width * PART))
        return 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """`says` is for whoever chooses; what does not fit need not be tried."""

    is_fitting: bool
    says: str


def estimate(destination: Destination, pieces: Sequence[PieceSize], *, moments: int = 0) -> Estimate:
    """`moments` are the rows of the timeline, for a PDF."""
    if not pieces:
        return Estimate(is_fitting=False, says=_("choose at least one piece of proof"))
    if destination.form == "images":
        return _pictures(destination, pieces)
    pages = sum(piece.figures for piece in pieces)
    pages += 1 + ceil(len(pieces) / INDEX_ROWS) + ceil(moments / MOMENTS)
    size = sum(piece.byte_size for piece in pieces if not _is_film(piece)) + OWN_PAGE_BYTES
    if destination.form == "archive":
        size += sum(piece.byte_size for piece in pieces)
    said = {"pages": pages, "size": readable_size(size)}
    if destination.refuse_bytes and size > destination.refuse_bytes:
        most = readable_size(destination.refuse_bytes)
        says = _("does not fit: about %(size)s, and at most %(most)s are taken") % {**said, "most": most}
        return Estimate(is_fitting=False, says=says)
    says = ngettext("about %(pages)s page, %(size)s", "about %(pages)s pages, %(size)s", pages) % said
    return Estimate(is_fitting=True, says=says)


def _is_film(piece: PieceSize) -> bool:
    return piece.media_type.startswith("video/")


def _pictures(destination: Destination, pieces: Sequence[PieceSize]) -> Estimate:
    numbers = [number for number, piece in enumerate(pieces) for _figure in range(piece.figures)]
    places, count = destination.images_max + destination.extra_images, len(numbers)
    most = places * MOST_IN_A_SHEET
    shared = share_out(numbers, places) if count <= most else None
    said = {"count": count, "places": places, "most": most}
    if shared is None:
        says = _("does not fit: %(count)s pictures and pages, and at most %(most)s stay legible in %(places)s pictures")
        return Estimate(is_fitting=False, says=says % said)
    said["sheets"] = len(shared)
    if len(shared) < destination.images_min:
        says = _("does not fit: at least %(least)s pictures are needed") % {"least": destination.images_min}
        return Estimate(is_fitting=False, says=says)
    if len(shared) == count:
        says = ngettext("%(count)s picture by itself", "%(count)s pictures, each by itself", count)
    else:
        says = ngettext(
            "%(count)s pictures and pages in one sheet",
            "%(count)s pictures and pages in %(sheets)s sheets",
            len(shared),
        )
    return Estimate(is_fitting=True, says=says % said)
