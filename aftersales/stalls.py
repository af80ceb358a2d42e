"""When a parcel counts as stalled: its last scan is strictly longer ago than a platform's rule says. Pure.

Facts and rules in, a moment out, as with clocks: a scan that is learnt late needs no code of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aftersales.enums import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aftersales.deadlines import Fact
    from aftersales.policy_history import PackHistory
    from aftersales.policy_parts import Match


@dataclass(frozen=True, slots=True)
class Stall:
    """A parcel stands still once the moment `at` is past, unless it is scanned again; at `at` itself it does not."""

    last_scan_at: datetime
    at: datetime


def coming_stall(facts: Iterable[Fact], history: PackHistory, kind: str) -> Stall | None:
    """When the parcel of an open case counts as stalled, as its facts stand (KS-32, PD-37).

    Nothing where it has arrived, turned round or is out for delivery, where nobody has scanned it yet, and where
    somebody has recorded since its last scan that it stands still.
    """
    if not any(pack.stall and kind in pack.stall.kinds for pack in history.packs):
        return None
    stall = None
    for fact in standing(sorted(facts, key=lambda fact: fact.order), history):
        rule = history.at(fact.at).stall
        if rule is None or kind not in rule.kinds:
            continue
        if _is_one_of(rule.ended_by, fact):
            return None
        if _is_one_of(rule.scans, fact):
            # In UTC: adding hours to a moment of a zone with daylight saving would add hours of its clock (A3).
            scanned_at = fact.at.astimezone(UTC)
            stall = Stall(scanned_at, scanned_at + timedelta(hours=rule.hours))
        elif fact.type == EventType.SHIPMENT_STALLED or _is_one_of(rule.paused_by, fact):
            stall = None
    return stall


def standing(ordered: Sequence[Fact], history: PackHistory) -> list[Fact]:
    """The facts, in the order in which they happened, without the stalls that a later word disproves.

    Whoever recorded a stall named the last scan known then. Where the parcel turns out to have moved between that
    scan and the stall, it did not stand still.
    """
    moved_at: datetime | None = None
    kept = []
    for fact in ordered:
        if fact.type == EventType.SHIPMENT_STALLED:
            last_scan_at = _last_scan_of(fact)
            if moved_at is not None and last_scan_at is not None and last_scan_at < moved_at:
                continue
        else:
            rule = history.at(fact.at).stall
            if rule is not None and _is_one_of([*rule.scans, *rule.paused_by, *rule.ended_by], fact):
                moved_at = fact.at
        kept.append(fact)
    return kept


def _is_one_of(matches: Iterable[Match], fact: Fact) -> bool:
    return any(match.accepts(fact.type, fact.data) for match in matches)


def _last_scan_of(stall: Fact) -> datetime | None:
    """What a stall's data name; nothing where they name none, or one without its offset."""
    said = stall.data.get("last_scan_at")
    moment = datetime.fromisoformat(str(said)) if said else None
    return moment if moment is not None and moment.tzinfo is not None else None
