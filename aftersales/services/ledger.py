"""Append to the ledger, and prove that nobody altered it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aftersales.enums import Source
from aftersales.errors import LedgerBroken, Unprocessable
from aftersales.models import Case, CaseEvent, LedgerSeal
from aftersales.services.bulk import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.models import User

_new_event = Stamp(CaseEvent)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event that is about to be recorded."""

    type: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    source: str = Source.PERSON
    from_state: str = ""
    to_state: str = ""


def chain(*, case: Case, drafts: Iterable[EventDraft], by: User | None, now: datetime) -> list[CaseEvent]:
    """The drafts as unsaved rows that continue the case's chain; moves `ledger_seq` and `ledger_head` along.

    The caller holds the case's lock. Raises `Unprocessable` for a moment in the future.
    """
    events = []
    for draft in drafts:
        if draft.at > now:
            message = _("This moment lies in the future: give the time at which it happened.")
            raise Unprocessable(message, code="future", fields={"at": message})
        event = _new_event(
            case_id=case.pk,
            seq=case.ledger_seq + 1,
            type=draft.type,
            at=draft.at,
            recorded_at=now,
            actor_id=by.pk if by else None,
            source=draft.source,
            from_state=draft.from_state,
            to_state=draft.to_state,
            data=draft.data,
            prev_hash=case.ledger_head,
        )
        event.hash = event.content_hash()
        case.ledger_seq, case.ledger_head = event.seq, event.hash
        events.append(event)
    return events


def append(*, case: Case, drafts: Sequence[EventDraft], by: User | None, now: datetime) -> list[CaseEvent]:
    """Record events. The caller holds the case's lock and saves the case. Raises `Unprocessable`."""
    return CaseEvent.objects.bulk_create(chain(case=case, drafts=drafts, by=by, now=now))


def verify(*, case: Case | None = None) -> int:
    """How many events were checked. Raises `LedgerBroken` naming the first row that does not fit.

    Work goes on meanwhile: what each case says of its last event is read before the events and, where events came
    after, once more behind them.
    """
    events = CaseEvent.objects.order_by("case_id", "seq")
    cases = Case.objects.order_by("pk")
    if case is not None:
        events, cases = events.filter(case=case), cases.filter(pk=case.pk)
    ends = {pk: (seq, head) for pk, seq, head in cases.values_list("pk", "ledger_seq", "ledger_head")}
    heads = dict[int, tuple[int, str]]()
    checked = 0
    for event in events.iterator(chunk_size=2000):
        seq, head = heads.get(event.case_id, (0, ""))
        if event.seq != seq + 1 or event.prev_hash != head or event.hash != event.content_hash():
            _broken(event.case_id, event.seq)
        if event.seq == ends.get(event.case_id, (0, ""))[0] and event.hash != ends[event.case_id][1]:
            _broken(event.case_id, event.seq)
        heads[event.case_id] = (event.seq, event.hash)
        checked += 1
    for pk, (seq, _head) in ends.items():
        if heads.get(pk, (0, ""))[0] < seq:
            _broken(pk, seq)
    grown = {pk: end[0] for pk, end in heads.items() if end != ends.get(pk)}
    for pk, seq in Case.objects.filter(pk__in=list(grown)).values_list("pk", "ledger_seq"):
        if seq < grown[pk]:
            _broken(pk, grown[pk])
    return checked


def _broken(case_id: int, seq: int) -> None:
    message = _("The ledger was altered: case C-%(case)06d, event %(seq)d.")
    raise LedgerBroken(message % {"case": case_id, "seq": seq})


def seal(*, at: datetime) -> LedgerSeal:
    """Chain the heads of all cases that changed since the last seal."""
    last = LedgerSeal.objects.order_by("-pk").first()
    sealed: dict[str, list[Any]] = {}
    for earlier in LedgerSeal.objects.order_by("pk"):
        sealed.update(earlier.heads)
    rows = Case.objects.filter(ledger_seq__gt=0).order_by("pk").values_list("pk", "ledger_seq", "ledger_head")
    heads = {str(pk): [seq, head] for pk, seq, head in rows if sealed.get(str(pk)) != [seq, head]}
    prev_hash = last.hash if last else ""
    sealed_at = at.astimezone(UTC)  # as the database gives it back
    return LedgerSeal.objects.create(
        sealed_at=sealed_at, heads=heads, prev_hash=prev_hash, hash=seal_hash(sealed_at.isoformat(), heads, prev_hash)
    )


def seal_hash(sealed_at: str, heads: dict[str, list[Any]], prev_hash: str) -> str:
    """SHA-256 over a seal's moment, heads and the seal before it."""
    text = json.dumps([sealed_at, heads, prev_hash], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify_seal(*, heads: dict[str, list[Any]], sealed_at: str, prev_hash: str, seal: str) -> None:
    """Raises `LedgerBroken` where the seal or a row that it covers was altered."""
    if seal_hash(sealed_at, heads, prev_hash) != seal:
        raise LedgerBroken(_("This seal was altered."))
    for case_id, (seq, head) in heads.items():
        if not CaseEvent.objects.filter(case_id=int(case_id), seq=seq, hash=head).exists():
            _broken(int(case_id), seq)
