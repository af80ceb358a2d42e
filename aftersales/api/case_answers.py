"""A case as the API tells it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ninja import Schema

from aftersales.api.slot_answers import SlotAnswer, slot_answers
from aftersales.api_support import Moment, Money
from aftersales.couriers import parcel_warnings
from aftersales.selectors.wording import case_urgency, masked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aftersales.models import Case
    from aftersales.selectors.case_actions import Action
    from aftersales.selectors.case_detail import CaseDetail


class CaseBrief(Schema):
    """`version` is what a transition must name; `urgency` is none, calm, soon (24 h), urgent (2 h) or overdue."""

    ref: str
    version: int
    shop: str
    platform: str
    platform_case_no: str
    order_no: str
    kind: str
    state: str
    issue: str
    reason: str
    platform_status: str
    product: str
    sku: str
    quantity: int
    buyer_masked: str
    refund_amount: Money | None
    order_amount: Money | None
    requested_at: Moment
    closed_at: Moment | None
    refunded_at: Moment | None
    next_due_at: Moment | None
    next_rule: str
    task_at: Moment | None
    task_rule: str
    urgency: str
    waiting_for: str
    amount_at_risk: Money
    appeal_until: Moment | None
    has_breach: bool
    assignee: str
    proof_filled: int
    proof_needed: int


class CaseDone(CaseBrief):
    """`warnings` name what a person should look at, such as an odd tracking number; it was taken as it is."""

    warnings: list[str]


class CasePage(Schema):
    items: list[CaseBrief]
    next_cursor: str


class DeadlineAnswer(Schema):
    """A clock with its provenance: the rule, what started it, and where its end comes from (`due_source`)."""

    id: int
    rule: str
    subject: str
    name: str
    clock: str
    party: str
    started_at: Moment
    started_because: str
    due_at: Moment
    due_source: str
    computed_due_at: Moment | None
    stopped_at: Moment | None
    outcome: str
    breached_at: Moment | None
    is_running: bool
    is_soft: bool
    is_extendable: bool
    urgency: str
    amount_at_risk: Money
    consequence: str
    next_step: str
    rule_numbers: list[str]
    reference: str
    as_of: date | None
    policy_version: str


class TransitionAnswer(Schema):
    """A transition that leads from here, or why it does not; `data_schema` is the JSON schema of its `data`."""

    name: str
    label: str
    is_allowed: bool
    code: str
    reason: str
    data_schema: dict[str, Any]


class RelatedAnswer(Schema):
    """Another case of the same order."""

    ref: str
    kind: str
    state: str
    relation: str
    refund_amount: Money | None


class ParcelAnswer(Schema):
    direction: str
    courier: str
    tracking_no: str
    status: str
    last_at: Moment | None


class CaseAnswer(CaseBrief):
    follows: str
    deadlines: list[DeadlineAnswer]
    transitions: list[TransitionAnswer]
    slots: list[SlotAnswer]
    related: list[RelatedAnswer]
    parcels: list[ParcelAnswer]


def brief(case: Case, at: datetime) -> dict[str, Any]:
    """`case.shop`, `case.order` and `case.assignee` should be loaded."""
    return {
        "ref": case.ref,
        "version": case.version,
        "shop": case.shop.code,
        "platform": case.shop.platform,
        "platform_case_no": case.platform_case_no,
        "order_no": case.order.platform_order_no,
        "kind": case.kind,
        "state": case.state,
        "issue": case.issue,
        "reason": case.reason,
        "platform_status": case.platform_status,
        "product": case.order.product,
        "sku": case.order.sku,
        "quantity": case.order.quantity,
        "buyer_masked": masked(case.order.buyer),
        "refund_amount": case.refund_amount,
        "order_amount": case.order.amount,
        "requested_at": case.requested_at,
        "closed_at": case.closed_at,
        "refunded_at": case.refunded_at,
        "next_due_at": case.next_due_at,
        "next_rule": case.next_rule,
        "task_at": case.task_at,
        "task_rule": case.task_rule,
        "urgency": case_urgency(case, at),
        "waiting_for": case.waiting_for,
        "amount_at_risk": case.amount_at_risk,
        "appeal_until": case.appeal_until,
        "has_breach": case.has_breach,
        "assignee": case.assignee.username if case.assignee else "",
        "proof_filled": case.proof_filled,
        "proof_needed": case.proof_needed,
    }


def done(case: Case, at: datetime, said: Mapping[str, Any]) -> dict[str, Any]:
    """The case after a step or a fact, in whose data `said` stands what was checked."""
    number, courier = str(said.get("tracking_no") or ""), str(said.get("courier") or "")
    return {**brief(case, at), "warnings": [str(warning) for warning in parcel_warnings(number, courier)]}


def full(detail: CaseDetail, at: datetime) -> dict[str, Any]:
    return {
        **brief(detail.case, at),
        "follows": detail.case.follows.ref if detail.case.follows else "",
        "deadlines": [
            {name: getattr(row, _DEADLINE_NAMES.get(name, name)) for name in DeadlineAnswer.model_fields}
            for row in detail.deadlines
        ],
        "transitions": [_transition(action) for action in detail.actions],
        "slots": slot_answers(detail.situation, is_open=detail.case.closed_at is None),
        "related": [
            {
                "ref": other.ref,
                "kind": other.kind_label,
                "state": other.state_label,
                "relation": other.relation_label,
                "refund_amount": other.refund_amount,
            }
            for other in detail.related
        ],
        "parcels": [
            {
                "direction": parcel.direction_label,
                "courier": parcel.courier,
                "tracking_no": parcel.tracking_no,
                "status": parcel.status_label,
                "last_at": parcel.last_at,
            }
            for parcel in detail.parcels
        ],
    }


_DEADLINE_NAMES = {"rule": "code", "rule_numbers": "rules"}


def _transition(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "label": str(action.rule.label),
        "is_allowed": action.is_allowed,
        "code": action.code,
        "reason": str(action.reason),
        "data_schema": action.rule.says.model_json_schema(),
    }
