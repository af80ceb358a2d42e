"""Record what has fallen due. The truth is in the times; the sweep only writes it down, however late it runs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Min, Q

from aftersales.enums import ClockKind, Outcome, Party
from aftersales.models import Case, CaseEvent, Deadline
from aftersales.selectors.policies import rule_books
from aftersales.services.clocks import settle
from aftersales.services.ledger import chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aftersales.selectors.policies import RuleBook

BATCH = 500


def sweep_deadlines(*, now: datetime) -> dict[str, int]:
    """Record breaches and closed windows of every deadline that was due before `now`, in bounded batches.

    Two sweeps at once take different cases (PostgreSQL skips locked ones) or wait (SQLite); each breach is
    recorded once, dated `due_at`. Returns how many breaches and closed windows were recorded.
    """
    counts = {"breached": 0, "lapsed": 0}
    while batch := _sweep_batch(now):
        for outcome in batch:
            counts[outcome] += 1
    return counts


@transaction.atomic
def _sweep_batch(now: datetime) -> list[str]:
    due = Q(deadlines__outcome=Outcome.RUNNING, deadlines__due_at__lt=now)
    ids = Deadline.objects.filter(outcome=Outcome.RUNNING, due_at__lt=now).order_by("due_at").values("case_id")[:BATCH]
    cases = {
        case.pk: case
        for case in Case.objects.filter(due, pk__in=list({row["case_id"] for row in ids}))
        .select_for_update(of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked)
        .select_related("shop")
    }
    if not cases:
        return []
    books = rule_books(sorted({case.shop.platform for case in cases.values()}))
    missed = Deadline.objects.filter(case_id__in=cases, outcome=Outcome.RUNNING, due_at__lt=now)
    rows = list(missed.order_by("case_id", "due_at", "pk"))
    events = list(_record(rows, cases, books, now))
    CaseEvent.objects.bulk_create(events)
    Deadline.objects.bulk_update(rows, ["outcome", "breached_at", "owner_at_breach", "amount_at_risk"])
    _close_windows([cases[row.case_id] for row in rows if row.clock == ClockKind.WINDOW])
    Case.objects.bulk_update(
        cases.values(), ["has_breach", "appeal_until", "amount_at_risk", "ledger_seq", "ledger_head", "version"]
    )
    return [row.outcome for row in rows]


def _record(
    rows: list[Deadline], cases: dict[int, Case], books: dict[str, RuleBook], now: datetime
) -> Iterator[CaseEvent]:
    for row in rows:
        case = cases[row.case_id]
        rule = books[case.shop.platform].rule(row.rule, row.policy_id)
        is_window = row.clock == ClockKind.WINDOW
        has_money = rule is not None and rule.consequence.money == "refund_amount"
        money = (case.refund_amount or Decimal(0)) if has_money else Decimal(0)
        outcome = Outcome.LAPSED if is_window else Outcome.BREACHED
        drafts = settle(case=case, row=row, outcome=outcome, was=row.outcome, money=money, now=now)
        case.version += 1
        case.has_breach = case.has_breach or (not is_window and row.party == Party.MERCHANT)
        yield from chain(case=case, drafts=drafts, by=None, now=now)


def _close_windows(cases: list[Case]) -> None:
    """Where a window closed, the next one that is still open counts, if there is any."""
    running = Deadline.objects.filter(case__in=cases, clock=ClockKind.WINDOW, outcome=Outcome.RUNNING)
    nearest = dict(running.values("case_id").annotate(until=Min("due_at")).values_list("case_id", "until"))
    for case in cases:
        case.appeal_until = nearest.get(case.pk)
        if case.appeal_until is None and not case.is_open:
            case.amount_at_risk = Decimal(0)
