"""What an appeal is made of: its cases, pieces and claims, loaded in a fixed number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from appeals.claims import Claim
from appeals.enums import ItemKind
from appeals.models import AppealPiece, FurtherCase, Packet

if TYPE_CHECKING:
    from aftersales.models import Case
    from appeals.models import Appeal
    from appeals.querysets import AppealQuerySet

_ITEM_ORDER = {kind.value: place for place, kind in enumerate(ItemKind)}


def loaded(appeals: AppealQuerySet) -> AppealQuerySet:
    """With all that the checks and the rows need; packets without their content."""
    pieces = AppealPiece.objects.select_related("item").order_by("position", "pk")
    packets = Packet.objects.defer("content").order_by("-requested_at", "-pk")
    further = FurtherCase.objects.select_related("case__shop", "case__order").order_by("position", "pk")
    return appeals.select_related(
        "case__shop", "case__order", "window", "opened_by", "submitted_by", "filed_packet", "reconsiders"
    ).prefetch_related(
        "items", Prefetch("pieces", pieces), Prefetch("packets", packets), Prefetch("further_cases", further)
    )


def chosen_pieces(appeal: Appeal) -> list[AppealPiece]:
    """The pieces in their order; what was withdrawn since is out, unless the list is frozen."""
    pieces = list(appeal.pieces.all())
    return [piece for piece in pieces if not appeal.is_draft or piece.item.withdrawn_at is None]


def claims_of(appeal: Appeal) -> tuple[Claim, ...]:
    items = sorted(appeal.items.all(), key=lambda item: _ITEM_ORDER[item.kind])
    return tuple(Claim(item.kind, item.amount) for item in items)


def cases_of(appeal: Appeal) -> list[Case]:
    """Its own case and, of a complaint about several orders, the further ones in their order."""
    return [appeal.case, *(further.case for further in appeal.further_cases.all())]
