"""A case's situation for the guards, read from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.deadlines import Fact, fold
from aftersales.models import CaseEvent
from aftersales.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftersales.models import Case
    from aftersales.selectors.policies import RuleBook


def facts_of(events: Iterable[CaseEvent]) -> list[Fact]:
    return [Fact(event.type, event.at, event.data, closes=event.closes_case) for event in events]


def situation_of(case: Case, book: RuleBook, *, at: datetime, events: Iterable[CaseEvent] | None = None) -> Situation:
    """What the guards may look at. `case.order` should be loaded."""
    if events is None:
        events = CaseEvent.objects.filter(case_id=case.pk).order_by("seq")
    facts = facts_of(events)
    return Situation(
        kind=case.kind,
        state=case.state,
        issue=case.issue,
        refund_amount=case.refund_amount,
        order_amount=case.order.amount,
        facts=facts,
        clocks=fold(facts, book.history, case.kind, closed_at=case.closed_at),
        pack=book.history.at(at),
        at=at,
    )
