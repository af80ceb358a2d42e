"""POST cases/{ref}/deadlines/{id}/move and audit/breaches/{id}/cause."""

from datetime import datetime, timedelta

import pytest

from aftersales.enums import EventType, Outcome
from aftersales.models import CaseEvent
from aftersales.services.sweep import sweep_deadlines
from tests.api_client import ApiClient
from tests.factories import add_proof, learn, make_case, make_lead, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
LATER = AT + 60 * HOUR


@pytest.fixture
def case(shop, agent):
    """A promised reship, which may be put off with the buyer's word, and its proof."""
    case = learn(make_case(shop, agent), EventType.RESHIP_AGREED, agent)
    return add_proof(case, "chat_screenshot", agent)


@pytest.fixture
def chief(lead) -> ApiClient:
    return ApiClient(lead)


def asked(case, **changes):
    proof = CaseEvent.objects.get(case=case, type=EventType.EVIDENCE_ADDED).data["item"]
    return {"due_at": LATER.isoformat(), "reason": "平台同意延期", "evidence": proof, **changes}


def address(case):
    return f"cases/{case.ref}/deadlines/{case.deadlines.get().pk}/move"


def test_move_is_answered_with_the_case(chief, case):
    said = chief.post(address(case), asked(case))
    assert said.status_code == 200, said.content
    (row,) = said.json()["deadlines"]
    assert (datetime.fromisoformat(row["due_at"]), row["due_source"]) == (LATER, "manual")
    assert datetime.fromisoformat(row["computed_due_at"]) == AT + 24 * HOUR
    assert row["is_extendable"]


def test_another_move_undoes_it(chief, case, time_machine):
    chief.post(address(case), asked(case))
    time_machine.move_to(AT + HOUR, tick=False)
    back = chief.post(address(case), asked(case, due_at=(AT + 24 * HOUR).isoformat(), reason="平台收回")).json()
    assert datetime.fromisoformat(back["deadlines"][0]["due_at"]) == AT + 24 * HOUR
    assert case.events.filter(type=EventType.DEADLINE_MOVED).count() == 2, "nothing is erased"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"reason": " "}, 422, "unprocessable"),
        ({"evidence": "another"}, 422, "unprocessable"),
        ({"due_at": "tomorrow"}, 422, "unprocessable"),
        ({"due_at": "2026-03-02T10:00:00"}, 422, "unprocessable"),
    ],
)
def test_move_needs_a_moment_a_reason_and_proof(chief, case, change, status, error):
    said = chief.post(address(case), asked(case, **change))
    assert (said.status_code, said.json()["error"]) == (status, error)
    assert said.json()["fields"]


def test_agents_do_not_move(owner, case):
    assert owner.post(address(case), asked(case)).status_code == 403


def test_deadline_of_another_case_is_not_found(chief, shop, agent, case):
    other = learn(make_case(shop, agent), EventType.RESHIP_AGREED, agent)
    path = f"cases/{case.ref}/deadlines/{other.deadlines.get().pk}/move"
    assert chief.post(path, asked(case)).json()["error"] == "deadline_not_found"
    stranger = ApiClient(make_lead(make_shop()))
    assert stranger.post(address(case), asked(case)).status_code == 404


def test_ticket_is_not_extended(chief, shop, agent):
    """PD-46: no extension."""
    case = add_proof(learn(make_case(shop, agent), EventType.TICKET_OPENED, agent), "chat_screenshot", agent)
    said = chief.post(address(case), asked(case))
    assert (said.status_code, said.json()["error"]) == (409, "not_extendable")


def test_cause_of_a_breach(chief, owner, case):
    sweep_deadlines(now=AT + 25 * HOUR)
    row = case.deadlines.get()
    assert row.outcome == Outcome.BREACHED
    path = f"audit/breaches/{row.pk}/cause"
    assert owner.post(path, {"cause": "not_seen"}).status_code == 403
    assert chief.post(path, {"cause": "not_seen"}).json()["cause"] == "not_seen"
    assert chief.post(path, {"cause": "weather"}).status_code == 422
    assert ApiClient(make_lead(make_shop())).post(path, {"cause": "other"}).status_code == 404
    row.refresh_from_db()
    assert row.cause == "not_seen"
