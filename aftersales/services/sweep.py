"""Record what has fallen due. The truth is in the times; the sweep only writes it down, however late it runs."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Min, Q

from aftersales.enums import ClockKind, Outcome, Party
from aftersales.models import Case, CaseEvent, Deadline, Shop
from aftersales.selectors.policies import rule_books
from aftersales.services.bulk import Stamp, insert_rows, nothing_old_collected, update_rows
from aftersales.services.clocks import settle
from aftersales.services.ledger import chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

BATCH = 1000
LANES = 2

# What a clock of each kind comes to when its end has passed.
OVER: dict[str, Outcome] = {
    ClockKind.DUTY: Outcome.BREACHED,
    ClockKind.WINDOW: Outcome.LAPSED,
    ClockKind.GATE: Outcome.OPENED,
}

# All that the sweep reads and writes.
OF_DEADLINE = ("id", "case_id", "rule", "policy_id", "subject", "number", "clock", "party", "due_at", "outcome")
OF_CASE = ("shop_id", "assignee_id", "closed_at", "refund_amount")
DEADLINE_CHANGES = ("outcome", "breached_at", "owner_at_breach_id", "amount_at_risk")
CASE_CHANGES = ("has_breach", "appeal_until", "amount_at_risk", "ledger_seq", "ledger_head", "version")

_deadline, _case = Stamp(Deadline), Stamp(Case)


def sweep_deadlines(*, now: datetime) -> dict[str, int]:
    """Record breaches, closed windows and opened gates of every deadline whose end has passed, in bounded batches.

    Two sweeps at once take different cases (PostgreSQL skips locked ones) or wait (SQLite); each outcome is
    recorded once, a breach dated `due_at`. Returns how many of each were recorded.
    """
    counts = Counter(dict.fromkeys((outcome.value for outcome in OVER.values()), 0))
    with nothing_old_collected():
        outcomes = _sweep_batch(now)
        if len(outcomes) == BATCH and _can_share():
            with ThreadPoolExecutor(LANES) as lanes:
                for found in lanes.map(_sweep_in_lane, [now] * LANES):
                    counts.update(found)
        while outcomes:
            counts.update(outcomes)
            outcomes = _sweep_batch(now)
    return dict(counts)


def _can_share() -> bool:
    """Whether others can take what is not locked here, and would see what was written before."""
    return connection.features.has_select_for_update_skip_locked and not connection.in_atomic_block


def _sweep_in_lane(now: datetime) -> Counter[str]:
    """A sweep on a connection of its own: while PostgreSQL writes one batch, the next one is worked out."""
    counts = Counter[str]()
    try:
        while outcomes := _sweep_batch(now):
            counts.update(outcomes)
    finally:
        connection.close()
    return counts


@transaction.atomic
def _sweep_batch(now: datetime) -> list[str]:
    """The outcomes that were recorded; none where nothing is left."""
    rows, cases = _take(now)
    if not rows:
        return []
    insert_rows(list(_record(rows, cases, now)))
    update_rows(rows, DEADLINE_CHANGES)
    _close_windows([cases[row.case_id] for row in rows if row.clock == ClockKind.WINDOW])
    update_rows(list(cases.values()), CASE_CHANGES)
    return [row.outcome for row in rows]


def _take(now: datetime) -> tuple[list[Deadline], dict[int, Case]]:
    """The deadlines that are over longest, and their cases; both are locked, in the same query as they are read."""
    # A duty and a window last until the end of their last moment; a gate is open at it; a task has no end.
    has_passed = ~Q(clock=ClockKind.TASK) & (~Q(due_at=now) | Q(clock=ClockKind.GATE))
    due = Deadline.objects.filter(has_passed, outcome=Outcome.RUNNING, due_at__lte=now).order_by("due_at")
    due = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    of_case = (*OF_CASE, *CASE_CHANGES)
    rows = list[Deadline]()
    cases = dict[int, Case]()
    for values in due.values_list(*OF_DEADLINE, *(f"case__{name}" for name in of_case))[:BATCH]:
        row = _deadline.read(dict(zip(OF_DEADLINE, values, strict=False)))
        rows.append(row)
        if row.case_id not in cases:
            known = zip(of_case, values[len(OF_DEADLINE) :], strict=True)
            cases[row.case_id] = _case.read({"id": row.case_id, **dict(known)})
    # Not by the database: it would sort, and join, all that are due at one moment for each batch of them.
    return sorted(rows, key=lambda row: (row.due_at, row.pk)), cases


def _record(rows: list[Deadline], cases: dict[int, Case], now: datetime) -> Iterator[CaseEvent]:
    costs = _costs(rows, cases)
    for row in rows:
        case = cases[row.case_id]
        is_costly = costs[case.shop_id, row.rule, row.policy_id]
        money = (case.refund_amount or Decimal(0)) if is_costly else Decimal(0)
        drafts = settle(case=case, row=row, outcome=OVER[row.clock], was=row.outcome, money=money, now=now)
        case.version += 1
        case.has_breach = case.has_breach or (row.outcome == Outcome.BREACHED and row.party == Party.MERCHANT)
        yield from chain(case=case, drafts=drafts, by=None, now=now)


def _costs(rows: list[Deadline], cases: dict[int, Case]) -> dict[tuple[int, str, int], bool]:
    """By shop, rule and pack: whether a breach costs the refund."""
    shops = Shop.objects.filter(pk__in={case.shop_id for case in cases.values()})
    platforms = dict(shops.values_list("pk", "platform"))
    books = rule_books(sorted(set(platforms.values())))
    keys = {(cases[row.case_id].shop_id, row.rule, row.policy_id) for row in rows}
    rules = {key: books[platforms[key[0]]].rule(*key[1:]) for key in keys}
    return {key: rule is not None and rule.consequence.money == "refund_amount" for key, rule in rules.items()}


def _close_windows(cases: list[Case]) -> None:
    """Where a window closed, the next one that is still open counts, if there is any."""
    running = Deadline.objects.filter(case__in=cases, clock=ClockKind.WINDOW, outcome=Outcome.RUNNING)
    nearest = dict(running.values("case_id").annotate(until=Min("due_at")).values_list("case_id", "until"))
    for case in cases:
        case.appeal_until = nearest.get(case.pk)
        if case.appeal_until is None and not case.is_open:
            case.amount_at_risk = Decimal(0)
