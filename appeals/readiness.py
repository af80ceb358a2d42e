"""Whether an appeal can be handed in. One list of checks for the page, the API and the guard of submitting. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.claims import Claim, OrderLock, QuotaUse, amount_fault
from appeals.enums import ItemKind
from appeals.windows import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from appeals.windows import Window


class PacketStanding(TextChoices):
    """How the built file stands to what the appeal says now."""

    NONE = "none"
    BUILDING = "building"
    FAILED = "failed"
    OUTDATED = "outdated"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the list; a warning that is not ok does not keep an appeal back."""

    code: str
    label: str
    is_ok: bool
    reason: str = ""
    is_warning: bool = False

    @property
    def is_blocking(self) -> bool:
        return not self.is_ok and not self.is_warning


@dataclass(frozen=True, slots=True)
class WantedSlot:
    """A kind of proof that this appeal asks for; slots of one group do for each other."""

    code: str
    name: str
    group: str
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that the checks look at. `piece_slots` has the slot of every chosen piece that is still valid.

    `new_pieces` counts what the lost appeal had not shown, None where this is not the reconsideration of one.
    """

    window: Window
    grounds: frozenset[str]
    ground: str
    offered_items: tuple[str, ...]
    claims: tuple[Claim, ...]
    refund_amount: Decimal | None
    statement: str
    statement_max: int
    lock: OrderLock | None
    evidence_min: int
    wanted_slots: tuple[WantedSlot, ...]
    piece_slots: tuple[str, ...]
    packet: PacketStanding
    orders: int = 1
    orders_max: int = 1
    quota: QuotaUse | None = None
    new_pieces: int | None = None


def readiness(dossier: Dossier, at: datetime) -> list[Check]:
    """Every check, in the order in which a person works."""
    checks = [
        _window(dossier, at),
        _order(dossier),
        _orders(dossier) if dossier.orders_max > 1 else None,
        _quota(dossier.quota) if dossier.quota else None,
        _ground(dossier),
        _items(dossier) if dossier.offered_items else None,
        _statement(dossier),
        _proof(dossier),
        _required(dossier),
        _new_proof(dossier.new_pieces) if dossier.new_pieces is not None else None,
        _slots(dossier),
        _packet(dossier),
    ]
    return [check for check in checks if check is not None]


def blocking(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.is_blocking]


def _check(code: str, label: str, reason: str, *, is_warning: bool = False) -> Check:
    return Check(code, label, is_ok=not reason, reason=reason, is_warning=is_warning)


def _window(dossier: Dossier, at: datetime) -> Check:
    return _check("window", _("Inside the appeal window"), dossier.window.reason(at))


def _order(dossier: Dossier) -> Check:
    """PD-26: after a failed appeal an order cannot be appealed again; A4: nor a failed item of a mixed one."""
    label = _("The order can still be appealed")
    if dossier.lock is None:
        return _check("order", label, "")
    return _check("order", label, lock_reason(dossier.lock, tuple(claim.kind for claim in dossier.claims)))


def lock_reason(lock: OrderLock, kinds: Sequence[str]) -> str:
    """Why these items cannot be appealed; empty when they can."""
    if lock.missed:
        said = {"deadline": lock.missed.name, "at": moment(lock.missed.due_at), "number": lock.number}
        return _("%(deadline)s was missed at %(at)s (%(number)s): an appeal on this order would fail.") % said
    if lock.is_whole:
        return _("%(number)s was lost: this order cannot be appealed again.") % {"number": lock.number}
    failed = [str(ItemKind(kind).label) for kind in kinds if kind in lock.kinds]
    if not failed:
        return ""
    return _("Lost before in %(number)s, so not again: %(items)s.") % {
        "number": lock.number,
        "items": ", ".join(failed),
    }


def _ground(dossier: Dossier) -> Check:
    return _check(
        "ground", _("Ground chosen"), "" if dossier.ground in dossier.grounds else _("Choose what the appeal rests on.")
    )


def _items(dossier: Dossier) -> Check:
    faults = [
        f"{ItemKind(claim.kind).label}: {fault}"
        for claim in dossier.claims
        if (fault := amount_fault(claim.kind, claim.amount, dossier.refund_amount))
    ]
    reason = "; ".join(faults) if dossier.claims else _("Tick at least one item.")
    return _check("items", _("Items and amounts"), reason)


def _statement(dossier: Dossier) -> Check:
    length, limit = statement_length(dossier.statement), dossier.statement_max
    reason = ""
    if not length:
        reason = _("Say what happened, what proves it and what you ask for.")
    elif length > limit:
        over = length - limit
        reason = ngettext(
            "%(over)d character too many: at most %(limit)d.", "%(over)d characters too many: at most %(limit)d.", over
        ) % {"over": over, "limit": limit}
    return _check("statement", _("Statement written"), reason)


def statement_length(statement: str) -> int:
    """As a platform's form counts in the browser: UTF-16 units, without white space at the ends; an emoji is two."""
    return len(statement.strip().encode("utf-16-le", "surrogatepass")) // 2


def _orders(dossier: Dossier) -> Check:
    """PD-32: at most so many orders in one filing."""
    over = dossier.orders - dossier.orders_max
    said = {"over": over, "limit": dossier.orders_max}
    reason = _("%(over)d orders too many: at most %(limit)d in one filing.") % said if over > 0 else ""
    return _check("orders", _("Orders: %(orders)d") % {"orders": dossier.orders}, reason)


def _quota(quota: QuotaUse) -> Check:
    """PD-31, A10: a calendar month's filings of a shop; a won one is given back (PD-30)."""
    reason = ""
    if not quota.left:
        reason = _("All %(limit)d of this month are filed: a won one is given back, next month there are new ones.") % {
            "limit": quota.a_month
        }
    label = _("Quota of this month: %(used)d of %(limit)d used") % {"used": quota.used, "limit": quota.a_month}
    return _check("quota", label, reason)


def _required(dossier: Dossier) -> Check | None:
    """What the platform does not take this appeal without; slots of one group do for each other."""
    required = [slot for slot in dossier.wanted_slots if slot.is_required]
    if not required:
        return None
    missing = _missing_groups(dossier, required)
    reason = _("Needed for this ground: %(names)s.") % {"names": missing} if missing else ""
    return _check("required_proof", _("Proof that this ground needs"), reason)


def _new_proof(new_pieces: int) -> Check:
    """2B: what is shown in a reconsideration must differ from what the lost appeal showed."""
    reason = "" if new_pieces else _("Add proof that the lost appeal did not show: the same again is refused.")
    return _check("new_proof", _("Proof that is new"), reason)


def _proof(dossier: Dossier) -> Check:
    """Pieces count where they stand in a slot that this type of appeal asks for, if it asks for any."""
    wanted = {slot.code for slot in dossier.wanted_slots}
    fitting = [slot for slot in dossier.piece_slots if not wanted or slot in wanted]
    missing = dossier.evidence_min - len(fitting)
    reason = ""
    if missing > 0:
        names = " / ".join(slot.name for slot in dossier.wanted_slots) or _("any proof")
        reason = ngettext(
            "%(missing)d more piece is needed: %(names)s.", "%(missing)d more pieces are needed: %(names)s.", missing
        ) % {"missing": missing, "names": names}
    return _check("proof", _("Proof chosen"), reason)


def _slots(dossier: Dossier) -> Check | None:
    """What else would strengthen the appeal: a warning, because no source says that every slot is needed."""
    if not dossier.wanted_slots:
        return None
    names = _missing_groups(dossier, dossier.wanted_slots)
    reason = _("Not there, would help: %(names)s.") % {"names": names} if names else ""
    return _check("slots", _("Every kind of proof"), reason, is_warning=True)


def _missing_groups(dossier: Dossier, slots: Sequence[WantedSlot]) -> str:
    """The names of slots of which neither they nor another of their group is filled."""
    filled = {slot.group or slot.code for slot in dossier.wanted_slots if slot.code in dossier.piece_slots}
    missing = dict[str, list[str]]()
    for slot in slots:
        if (slot.group or slot.code) not in filled:
            missing.setdefault(slot.group or slot.code, []).append(slot.name)
    return ", ".join(" / ".join(group) for group in missing.values())


def _packet(dossier: Dossier) -> Check:
    reasons = {
        PacketStanding.NONE: _("Build the packet."),
        PacketStanding.BUILDING: _("The packet is being built: wait a moment."),
        PacketStanding.FAILED: _("The packet could not be built: see its message."),
        PacketStanding.OUTDATED: _("The appeal changed after the packet was built: build it again."),
        PacketStanding.READY: "",
    }
    return _check("packet", _("Packet built"), reasons[dossier.packet])
