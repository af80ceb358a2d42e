"""A deadline moved by hand: a lead's work, with a reason and proof, where the platform extends it at all."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Outcome
from aftersales.errors import Conflict, NotAllowed, Unprocessable
from aftersales.models import CaseEvent
from aftersales.services.deadlines import move_deadline
from aftersales.services.policies import load_policies
from tests.aftersales.packs import FOLDER
from tests.factories import add_proof, learn, make_case, make_lead, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
LATER = AT + 100 * HOUR


@pytest.fixture
def case(shop, agent, tmp_path):
    """A ticket of a version that allows extensions."""
    text = (FOLDER / "pinduoduo.toml").read_text().replace("extendable = false", "extendable = true")
    text = text.replace('version = "2024.06"', 'version = "extendable"').replace("= 2024-06-01T", "= 2025-01-01T")
    (tmp_path / "pinduoduo.toml").write_text(text)
    load_policies(folder=tmp_path, at=AT)
    case = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent, subject="T-1001")
    return add_proof(case, "chat_screenshot", agent)


def proof_of(case) -> str:
    return CaseEvent.objects.get(case=case, type=EventType.EVIDENCE_ADDED).data["item"]


def move(case, by, **values):
    known = {"due_at": LATER, "reason": "平台客服同意延期", "proof": proof_of(case), "now": AT + HOUR}
    return move_deadline(deadline=case.deadlines.get(), by=by, **{**known, **values})


def test_moved_deadline_keeps_what_the_rule_said(case, lead):
    row = move(case, lead)
    assert (row.due_at, row.due_source, row.computed_due_at) == (LATER, "manual", AT + 48 * HOUR)
    case.refresh_from_db()
    assert case.next_due_at == LATER
    event = CaseEvent.objects.get(case=case, type=EventType.DEADLINE_MOVED)
    assert (event.actor, event.data["reason"], event.data["item"]) == (lead, "平台客服同意延期", proof_of(case))


def test_breach_is_taken_back_where_the_platform_extended_it(case, agent, lead):
    learn(case, EventType.CASE_NOTED, agent, at=AT + 49 * HOUR, note="…")
    assert case.deadlines.get().outcome == Outcome.BREACHED
    assert move(case, lead, now=AT + 50 * HOUR).outcome == Outcome.RUNNING


def test_rule_without_extension_is_refused(shop, agent, lead):
    """PD-46: no extension."""
    case = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)
    add_proof(case, "chat_screenshot", agent)
    with pytest.raises(Conflict) as refusal:
        move(case, lead)
    assert refusal.value.error_code == "not_extendable"
    assert not CaseEvent.objects.filter(type=EventType.DEADLINE_MOVED).exists()


def test_ended_deadline_is_refused(case, agent, lead):
    learn(case, EventType.TICKET_CLOSED, agent, at=AT + HOUR)
    with pytest.raises(Conflict) as refusal:
        move(case, lead)
    assert refusal.value.error_code == "deadline_ended"


@pytest.mark.parametrize(("field", "value"), [("reason", "  "), ("proof", "none"), ("proof", "")])
def test_reason_and_proof_are_needed(case, lead, field, value):
    with pytest.raises(Unprocessable) as refusal:
        move(case, lead, **{field: value})
    assert list(refusal.value.fields) == [field]


def test_agents_and_other_shops_leads_are_refused(case, agent):
    for person in (agent, make_lead(make_shop())):
        with pytest.raises(NotAllowed):
            move(case, person)
