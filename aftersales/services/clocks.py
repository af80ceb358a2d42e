"""Apply the clocks: fold a case's events again and write the difference. Nothing else writes a deadline."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aftersales.deadlines import Clock, fold
from aftersales.enums import ClockKind, EventType, Outcome, Party, Source
from aftersales.models import CaseEvent, Deadline
from aftersales.reminders import first_telling, is_slight, kept_telling
from aftersales.selectors.situations import facts_of
from aftersales.services.ledger import EventDraft, append
from aftersales.situation import proof_by_slot, proof_progress
from aftersales.stalls import coming_stall
from aftersales.states import WAITING_FOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.deadlines import Fact
    from aftersales.models import Case
    from aftersales.selectors.policies import RuleBook

_WRITTEN = (
    "policy_id",
    "party",
    "started_at",
    "started_by",
    "due_at",
    "due_source",
    "computed_due_at",
    "stopped_at",
    "cancelled_at",
    "outcome",
    "breached_at",
    "owner_at_breach_id",
    "amount_at_risk",
    "warn_at",
)


def apply_clocks(*, case: Case, book: RuleBook, now: datetime) -> None:
    """Bring the case's deadlines and its own summary in line with its events; the caller saves the case."""
    facts = facts_of(CaseEvent.objects.filter(case_id=case.pk).order_by("seq"))
    clocks = fold(facts, book.history, case.kind, closed_at=case.closed_at)
    kept = {(row.rule, row.subject, row.number): row for row in Deadline.objects.filter(case_id=case.pk)}
    drafts: list[EventDraft] = []
    new, changed, rows = [], [], []
    for clock in clocks:
        row = kept.pop(clock.key, None)
        is_new = row is None
        if row is None:
            row = Deadline(case_id=case.pk, rule=clock.rule.code, subject=clock.subject, number=clock.number)
        before = _written(row)
        was = row.outcome
        _write(row, clock, book, now)
        drafts += settle(case=case, row=row, outcome=clock.outcome(now), was=was, money=_money(case, clock), now=now)
        rows.append((row, clock))
        if is_new:
            new.append(row)
        elif _written(row) != before:
            changed.append(row)
    for row in kept.values():
        before = _written(row)
        drafts += _retract(case=case, row=row, now=now)
        if _written(row) != before:
            changed.append(row)
    # Ended clocks first: one that ends makes room for the next of its rule.
    for row in sorted(changed, key=lambda row: not (row.stopped_at or row.cancelled_at)):
        row.save(update_fields=_WRITTEN)
    Deadline.objects.bulk_create(new)
    append(case=case, drafts=drafts, by=None, now=now)
    summarise(case=case, rows=rows, facts=facts, book=book)


def first_clocks(
    *, case: Case, drafts: Iterable[EventDraft], book: RuleBook, now: datetime
) -> tuple[list[Deadline], list[EventDraft]]:
    """The deadlines of a case that is about to be opened with these events, unsaved, and the events that they cause."""
    events = [
        CaseEvent(type=one.type, at=one.at, data=one.data, from_state=one.from_state, to_state=one.to_state)
        for one in drafts
    ]
    facts = facts_of(events)
    caused: list[EventDraft] = []
    rows = []
    for clock in fold(facts, book.history, case.kind, closed_at=case.closed_at):
        row = Deadline(rule=clock.rule.code, subject=clock.subject, number=clock.number)
        was = row.outcome
        _write(row, clock, book, now)
        caused += settle(case=case, row=row, outcome=clock.outcome(now), was=was, money=_money(case, clock), now=now)
        rows.append((row, clock))
    summarise(case=case, rows=rows, facts=facts, book=book)
    return [row for row, _clock in rows], caused


def settle(*, case: Case, row: Deadline, outcome: Outcome, was: str, money: Decimal, now: datetime) -> list[EventDraft]:
    """Record an outcome on a row; a breach and its correction are events. The row is not saved here."""
    row.outcome = outcome
    if outcome == was:
        return []
    about = {"rule": row.rule, "subject": row.subject, "number": row.number, "due_at": row.due_at.isoformat()}
    if outcome == Outcome.BREACHED:
        row.breached_at = row.due_at
        row.owner_at_breach_id = case.assignee_id
        row.amount_at_risk = money
        if was == Outcome.RUNNING:
            return [EventDraft(EventType.DEADLINE_BREACHED, row.due_at, about, Source.SYSTEM)]
    elif was == Outcome.BREACHED:
        row.breached_at = None
        row.owner_at_breach_id = None
        row.amount_at_risk = 0
    if was == Outcome.RUNNING or row.clock != ClockKind.DUTY:
        return []
    corrected = {**about, "was": was, "is": outcome.value}
    return [EventDraft(EventType.DEADLINE_CORRECTED, now, corrected, Source.SYSTEM)]


def _written(row: Deadline) -> list[object]:
    return [getattr(row, name) for name in _WRITTEN]


def _write(row: Deadline, clock: Clock, book: RuleBook, now: datetime) -> None:
    row.warn_at = _next_telling(row, clock, now)
    row.policy_id = book.ids[clock.policy_version]
    row.clock = clock.rule.clock
    row.party = clock.party
    row.started_at, row.started_by = clock.started_at, clock.started_by
    row.due_at, row.due_source, row.computed_due_at = clock.due_at, clock.due_source, clock.computed_due_at
    row.stopped_at, row.cancelled_at = clock.stopped_at, clock.cancelled_at
    if row.outcome == Outcome.BREACHED:
        row.breached_at = row.due_at


def _next_telling(row: Deadline, clock: Clock, now: datetime) -> datetime | None:
    """When people are told next; `row` still says what was known of the clock until now."""
    was_due: datetime | None = row.due_at  # not there yet on a new row
    if clock.ended_at:
        return None
    if was_due and not (row.stopped_at or row.cancelled_at) and is_slight(was_due, clock.due_at):
        return kept_telling(row.warn_at, was_due=was_due, due_at=clock.due_at)
    return first_telling(clock.rule, clock.party, clock.due_at, at=now)


def _money(case: Case, clock: Clock) -> Decimal:
    at_stake = clock.rule.consequence.money == "refund_amount" or clock.rule.clock == ClockKind.WINDOW
    return (case.refund_amount or Decimal(0)) if at_stake else Decimal(0)


def _retract(*, case: Case, row: Deadline, now: datetime) -> list[EventDraft]:
    """A clock that the facts no longer prove: a late fact showed that it never started."""
    was = row.outcome
    row.cancelled_at = row.cancelled_at or row.started_at
    row.stopped_at = row.warn_at = None
    return settle(case=case, row=row, outcome=Outcome.CANCELLED, was=was, money=row.amount_at_risk, now=now)


def summarise(*, case: Case, rows: Sequence[tuple[Deadline, Clock]], facts: Sequence[Fact], book: RuleBook) -> None:
    """What the queue sorts and filters by, kept on the case so that it needs no join."""
    running = [(row, clock) for row, clock in rows if clock.ended_at is None]
    duties = [pair for pair in running if pair[0].clock == ClockKind.DUTY] if case.is_open else []
    ours = [pair for pair in duties if pair[0].party == Party.MERCHANT]
    mine = min(ours, key=_due, default=None)
    asked = [pair for pair in running if pair[1].rule.urgent and pair[0].party == Party.MERCHANT and case.is_open]
    first = min(asked, key=_due, default=None)
    nearest = min(duties, key=_due, default=None)
    windows = [row.due_at for row, _clock in _open_windows(running)]
    case.next_due_at = mine[0].due_at if mine else None
    case.next_rule = mine[0].rule if mine else ""
    case.task_at = first[0].due_at if first else None
    case.task_rule = first[0].rule if first else ""
    case.appeal_until = min(windows, default=None)
    case.has_breach = any(row.outcome == Outcome.BREACHED and row.party == Party.MERCHANT for row, _clock in rows)
    case.amount_at_risk = max(
        (_money(case, clock) for _row, clock in [*ours, *_open_windows(running)]), default=Decimal(0)
    )
    if not case.is_open:
        case.waiting_for = ""
    elif mine or first or not nearest:
        case.waiting_for = Party.MERCHANT if mine or first else WAITING_FOR[case.state]
    else:
        case.waiting_for = nearest[0].party
    stall = coming_stall(facts, book.history, case.kind) if case.is_open else None
    case.stalls_at = stall.at if stall else None
    slots = book.history.at(case.requested_at).slots_for(case.kind, case.issue)
    case.proof_filled, case.proof_needed = proof_progress(slots, proof_by_slot(facts))


def _due(pair: tuple[Deadline, Clock]) -> datetime:
    return pair[0].due_at


def _open_windows(running: Sequence[tuple[Deadline, Clock]]) -> list[tuple[Deadline, Clock]]:
    return [pair for pair in running if pair[0].clock == ClockKind.WINDOW and pair[0].outcome == Outcome.RUNNING]
