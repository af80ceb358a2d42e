"""What one line of the queue shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aftersales.enums import Kind
from aftersales.models import CaseVisit
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import NEXT_STEPS, case_urgency, masked, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from aftersales.models import Case, User

PRESENT = timedelta(minutes=5)  # who looked at a case within this time still has it open


@dataclass(frozen=True, slots=True)
class CaseRow:
    ref: str
    urgency: str
    due_at: datetime | None
    is_task: bool
    deadline_name: str
    consequence: str
    money_at_risk: Decimal
    next_action: str
    kind_label: str
    platform_label: str
    shop_name: str
    platform_case_no: str
    order_no: str
    buyer_masked: str
    product: str
    refund_amount: Decimal | None
    owner_name: str
    proof_filled: int
    proof_required: int
    is_unread: bool
    viewers: list[str]


def case_rows(cases: Sequence[Case], *, user: User, at: datetime) -> list[CaseRow]:
    """Rows for cases with shop, order and assignee loaded; a fixed number of queries however many there are."""
    books = rule_books(sorted({case.shop.platform for case in cases}))
    visits = CaseVisit.objects.filter(case__in=cases).select_related("user")
    mine: dict[int, int] = {}
    viewers: dict[int, list[str]] = {}
    for visit in visits:
        if visit.user_id == user.pk:
            mine[visit.case_id] = visit.seen_version
        elif at - visit.seen_at <= PRESENT:
            viewers.setdefault(visit.case_id, []).append(visit.user.display_name)
    rows = []
    for case in cases:
        pack = books[case.shop.platform].newest
        leading = case.task_rule or case.next_rule
        rule = pack.rule(leading) if leading else None
        rows.append(
            CaseRow(
                ref=case.ref,
                urgency=case_urgency(case, at),
                due_at=case.next_due_at,
                is_task=bool(case.task_rule),
                deadline_name=words(rule.name) if rule else "",
                consequence=words(rule.consequence) if rule else "",
                money_at_risk=case.amount_at_risk,
                next_action=words(rule.next_step) if rule and rule.next_step else str(NEXT_STEPS[case.state]),
                kind_label=str(Kind(case.kind).label),
                platform_label=words(pack.name),
                shop_name=case.shop.name,
                platform_case_no=case.platform_case_no,
                order_no=case.order.platform_order_no,
                buyer_masked=masked(case.order.buyer),
                product=case.order.product,
                refund_amount=case.refund_amount,
                owner_name=case.assignee.display_name if case.assignee else "",
                proof_filled=case.proof_filled,
                proof_required=case.proof_needed,
                is_unread=mine.get(case.pk, 0) < case.version,
                viewers=viewers.get(case.pk, []),
            )
        )
    return rows
