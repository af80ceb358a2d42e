"""What the checks look at, gathered for one appeal or for a list in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.selectors.policies import RuleBook, rule_books
from aftersales.selectors.wording import words
from appeals.enums import PacketState
from appeals.readiness import Check, Dossier, PacketStanding, WantedSlot, blocking, readiness
from appeals.selectors.locks import order_locks
from appeals.selectors.parts import cases_of, chosen_pieces, claims_of
from appeals.selectors.quotas import quota_use, used_this_month
from appeals.selectors.reconsiderations import new_pieces
from appeals.selectors.rules import pack_of, rule_of
from appeals.selectors.windows import gates_of, window_of
from appeals.snapshots import evidence_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.models import Deadline
    from aftersales.policy_appeals import AppealRule
    from appeals.claims import OrderLock
    from appeals.models import Appeal, Packet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An appeal with its rules, its checks at a moment and the packet that could be handed in now."""

    appeal: Appeal
    book: RuleBook
    rule: AppealRule
    lock: OrderLock | None
    gate: Deadline | None
    dossier: Dossier
    checks: list[Check]
    packets: list[Packet]
    fileable: Packet | None

    @property
    def is_ready(self) -> bool:
        return not blocking(self.checks)

    @property
    def checks_done(self) -> int:
        return sum(check.is_ok for check in self.checks)


def standing_of(appeal: Appeal, at: datetime) -> Standing:
    """One appeal's standing; it comes from `loaded`."""
    return standings([appeal], at)[0]


def standings(appeals: Sequence[Appeal], at: datetime) -> list[Standing]:
    """The appeals come from `loaded`."""
    books = rule_books(sorted({appeal.case.shop.platform for appeal in appeals}))
    locks = order_locks((appeal.case.order_id for appeal in appeals), books, at)
    gates = gates_of(appeal.case_id for appeal in appeals)
    uses = used_this_month((appeal.case.shop_id for appeal in appeals), at)
    added = new_pieces(appeals)
    found = []
    for appeal in appeals:
        book = books[appeal.case.shop.platform]
        rule = rule_of(appeal, book)
        lock = locks.get(appeal.case.order_id) if rule.locks_order else None
        packets = list(appeal.packets.all())
        fileable = [packet for packet in packets if _files_appeals(packet)]
        fresh = fresh_packets(appeal, fileable)
        gate = gates.get((appeal.case_id, rule.gate))
        dossier = Dossier(
            window=window_of(appeal.window, gate),
            grounds=frozenset(ground.code for ground in rule.grounds),
            ground=appeal.ground,
            offered_items=tuple(rule.items),
            claims=claims_of(appeal),
            refund_amount=appeal.case.refund_amount,
            statement=appeal.statement,
            statement_max=rule.statement_max,
            lock=lock,
            evidence_min=rule.evidence_min,
            wanted_slots=wanted_slots(appeal, book),
            piece_slots=tuple(piece.item.slot for piece in chosen_pieces(appeal)),
            packet=_packet_standing(fileable, fresh),
            orders=len(cases_of(appeal)),
            orders_max=rule.orders_max,
            quota=quota_use(rule, appeal.case.shop_id, uses),
            new_pieces=added.get(appeal.pk),
        )
        found.append(
            Standing(
                appeal=appeal,
                book=book,
                rule=rule,
                lock=lock,
                gate=gate,
                dossier=dossier,
                checks=readiness(dossier, at),
                packets=packets,
                fileable=next((packet for packet in fresh if packet.state == PacketState.DONE), None),
            )
        )
    return found


def wanted_slots(appeal: Appeal, book: RuleBook) -> tuple[WantedSlot, ...]:
    """The slots that ask for proof for this type of appeal and its ground, of any of its cases."""
    pack = pack_of(appeal, book)
    offered = {slot.code for case in cases_of(appeal) for slot in pack.slots_for(case.kind, case.issue)}
    return tuple(
        WantedSlot(slot.code, words(slot.name), slot.group, slot.is_required_by(appeal.type, appeal.ground))
        for slot in pack.slot
        if slot.code in offered and slot.helps(appeal.type, appeal.ground)
    )


def fresh_packets(appeal: Appeal, packets: Iterable[Packet]) -> list[Packet]:
    """Those that say what the appeal says now, of the evidence that it has now."""
    digest = evidence_digest(piece.item.sha256 for piece in chosen_pieces(appeal))
    return [
        packet for packet in packets if packet.appeal_version == appeal.version and packet.evidence_digest == digest
    ]


def _files_appeals(packet: Packet) -> bool:
    """A ticket's pictures or an archive are not what an appeal is handed in with."""
    return bool(packet.manifest.get("destination", {}).get("files_appeals", True))


def _packet_standing(packets: Sequence[Packet], fresh: Sequence[Packet]) -> PacketStanding:
    states = [packet.state for packet in fresh]
    if PacketState.DONE in states:
        return PacketStanding.READY
    if any(packet.is_building for packet in fresh):
        return PacketStanding.BUILDING
    if states:
        return PacketStanding.FAILED
    return PacketStanding.OUTDATED if packets else PacketStanding.NONE
