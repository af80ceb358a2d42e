"""What the page of an appeal shows of its packets: the newest of each destination, and what could be built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aftersales.selectors.wording import words
from appeals.packet_estimates import PieceSize, estimate
from appeals.selectors.packets import packet_detail
from appeals.selectors.parts import chosen_pieces
from appeals.selectors.rules import pack_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appeals.models import Appeal, Packet
    from appeals.selectors.dossiers import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRow:
    """One thing that can be built; `says` is what its form takes, `estimate` what the chosen proof would be for it."""

    code: str
    name: str
    says: str
    estimate: str
    is_fitting: bool
    is_chosen: bool
    is_masked: bool


def packet_context(standing: Standing) -> dict[str, Any]:
    """By the names that the template reads. Nothing is built without proof, or once a dropped draft is gone."""
    appeal = standing.appeal
    newest = newest_packets(appeal)
    details = [packet_detail(packet, appeal) for packet in newest]
    return {
        "packets": details,
        "building": next((detail for detail in details if detail.is_building), None),
        "can_build": appeal.is_draft or appeal.filed_packet is not None,
        "destinations": destination_rows(standing, newest),
    }


def newest_packets(appeal: Appeal) -> list[Packet]:
    """What was handed in first, then the newest for each destination. The appeal comes from `loaded`."""
    filed = [appeal.filed_packet] if appeal.filed_packet else []
    found: dict[str, Packet] = {}
    for packet in appeal.packets.all():
        if packet not in filed:
            found.setdefault(packet.profile, packet)
    return [*filed, *found.values()]


def destination_rows(standing: Standing, newest: Iterable[Packet]) -> list[DestinationRow]:
    """In the order of the pack; what was asked for last is chosen, if it fits."""
    appeal = standing.appeal
    sizes = [
        PieceSize(
            piece.item.media_type,
            piece.item.byte_size,
            piece.item.width or 0,
            piece.item.height or 0,
            piece.item.pages,
        )
        for piece in chosen_pieces(appeal)
    ]
    last = max(newest, key=lambda packet: packet.requested_at, default=None)
    rules = pack_of(appeal, standing.book).destination
    estimates = {rule.code: estimate(rule, sizes) for rule in rules}
    fitting = [rule.code for rule in rules if estimates[rule.code].is_fitting]
    chosen = last.profile if last is not None and last.profile in fitting else next(iter(fitting), "")
    return [
        DestinationRow(
            code=rule.code,
            name=words(rule.name),
            says=words(rule.says),
            estimate=estimates[rule.code].says,
            is_fitting=estimates[rule.code].is_fitting,
            is_chosen=rule.code == chosen,
            is_masked=last.is_masked if last is not None and last.profile == rule.code else rule.masks,
        )
        for rule in rules
    ]
