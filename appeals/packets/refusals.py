"""Why what a destination takes cannot be made, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.errors import PacketError
from appeals.packets.sheet_plan import MOST_IN_A_SHEET
from evidence.limits import readable_size

if TYPE_CHECKING:
    from aftersales.policy_appeals import Destination
    from appeals.packets.content import Piece


def unusable(piece: Piece) -> PacketError:
    return PacketError(
        _("Exhibit %(number)s, “%(caption)s” (%(name)s), cannot be read. Replace the file and build again.")
        % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
        code="packet_file_unusable",
        fields={f"piece_{piece.number}": piece.original_name},
    )


def altered(piece: Piece) -> PacketError:
    return PacketError(
        _("Exhibit %(number)s, “%(caption)s” (%(name)s), is no longer the file that was uploaded.")
        % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
        code="packet_file_altered",
        fields={f"piece_{piece.number}": piece.original_name},
    )


def too_much(destination: Destination, count: int) -> PacketError:
    places = destination.images_max + destination.extra_images
    message = _(
        "%(count)s pictures and pages do not fit this form legibly: it takes %(places)s pictures, and at most %(most)s "
        "can share one. Choose fewer pieces, or build one PDF instead."
    )
    return PacketError(
        message % {"count": count, "places": places, "most": MOST_IN_A_SHEET}, code="packet_does_not_fit"
    )


def too_few(destination: Destination, count: int) -> PacketError:
    message = ngettext(
        "This form takes at least %(least)s picture, and there are %(count)s: choose more pieces.",
        "This form takes at least %(least)s pictures, and there are %(count)s: choose more pieces.",
        destination.images_min,
    )
    return PacketError(message % {"least": destination.images_min, "count": count}, code="packet_needs_more")


def too_heavy(size: int, most: int) -> PacketError:
    message = _(
        "The file has %(size)s, and this form takes at most %(most)s: choose fewer pieces, or send them in two parts."
    )
    said = {"size": readable_size(size), "most": readable_size(most)}
    return PacketError(message % said, code="packet_does_not_fit")
