"""A case's slots for proof as the API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Schema

from aftersales.selectors.wording import words
from aftersales.slot_states import NOTHING_YET, SlotState, recorded_doubts, slot_state

if TYPE_CHECKING:
    from aftersales.policy_appeals import SlotRule
    from aftersales.situation import Situation


class CheckpointAnswer(Schema):
    code: str
    name: str


class ReasonAnswer(Schema):
    code: str
    message: str


class SlotAnswer(Schema):
    """`needed_for` names the transitions that need this slot, or another one of its `group`, filled.

    `state` is filled, doubtful, missing or optional, and `reasons` say why it is doubtful or missing, by the case's own
    history: that a file is used in another case as well, only `cases/{ref}/slots` knows.
    `checklist` is what `confirmed` may name with an upload, and must name where the slot is strict.
    """

    code: str
    name: str
    shows: str
    group: str
    state: str
    reasons: list[ReasonAnswer]
    filled: int
    takes: list[str]
    at_least: int
    at_most: int
    needed_for: list[str]
    appeals: list[str]
    required_by: list[str]
    checklist: list[CheckpointAnswer]
    is_strict: bool


def slot_answers(situation: Situation, *, is_open: bool) -> list[dict[str, Any]]:
    return [_answer(rule, situation, is_open=is_open) for rule in situation.slots]


def _answer(rule: SlotRule, situation: Situation, *, is_open: bool) -> dict[str, Any]:
    doubts = recorded_doubts(rule, situation.facts)
    state = slot_state(rule, situation.slots, situation.proof, is_open=is_open, doubts=doubts)
    reasons = [{"code": doubt.value, "message": str(doubt.label)} for doubt in doubts]
    if state == SlotState.MISSING:
        reasons = [{"code": state.value, "message": str(NOTHING_YET)}]
    return {
        "code": rule.code,
        "name": words(rule.name),
        "shows": words(rule.shows),
        "group": rule.group,
        "state": state.value,
        "reasons": reasons,
        "filled": situation.proof[rule.code],
        "takes": rule.takes,
        "at_least": rule.at_least,
        "at_most": rule.at_most,
        "needed_for": rule.needed_for,
        "appeals": rule.appeals,
        "required_by": rule.required_by,
        "checklist": [{"code": point.code, "name": words(point.name)} for point in rule.checklist],
        "is_strict": rule.is_strict,
    }
