"""Every state × transition × role through the service: taken, or refused with the reason that fits."""

from typing import Any

import pytest
from django.db import transaction

from aftersales.enums import EventType, Kind, Source
from aftersales.errors import DeskError, NotAllowed, TransitionBlocked
from aftersales.models import Case
from aftersales.services.transitions import take_transition
from aftersales.states import STATES
from tests.aftersales.test_flow_tables import REPORTED_ONLY, TABLES, spelt_out
from tests.factories import add_proof, learn, make_agent, make_case, make_lead, make_shop
from tests.instants import AT

# What must be said with a transition; the others need nothing.
SAID: dict[str, dict[str, Any]] = {
    "open_ticket": {"subject": "T-1001"},
    "platform_decide": {"ruling": "rejected", "liable": "buyer"},
    "follow_platform": {"state": "pending"},
    "reject": {"reason": "退货未收到"},
    "upload_tracking": {"tracking_no": "YT1234567890123"},
    "ask_proof": {"shows": "整体与细节照片"},
    "make_offer": {"offer": "reship"},
    "offer_accepted": {"offer": "reship"},
    "agree_return": {"address": "浙江省杭州市余杭区演示路 1 号"},
    "convert_to_return": {"address": "浙江省杭州市余杭区演示路 1 号"},
    "buyer_shipped": {"tracking_no": "YT1234567890123"},
    "reshipped": {"tracking_no": "YT1234567890123"},
}
NEEDS_FACTS = {
    "persuade",
    "order_intercept",
    "intercept_failed",
    "record_refusal",
    "reject",
    "cancel_shipment",
    "submit_evidence",
    "transfer_to_intercept",
    "offer_accepted",
}


@pytest.fixture
def people(db):
    shop = make_shop("kuaishou")
    return {
        "agent": make_agent(shop),
        "lead": make_lead(shop),
        "program": make_agent(shop),
        "stranger": make_lead(make_shop("kuaishou")),
    }


def attempt(case: Case, name: str, by, source: str) -> str:
    """How the service answers: `taken`, or the refusal's code; whatever it did is undone."""
    answer = "taken"
    with transaction.atomic():
        try:
            with transaction.atomic():
                take_transition(case=case, name=name, by=by, at=AT, now=AT, data=SAID.get(name, {}), source=source)
                transaction.set_rollback(True)
        except NotAllowed as refusal:
            answer = "not allowed" if str(refusal.message) else "without a reason"
        except TransitionBlocked as refusal:
            answer = refusal.error_code if str(refusal.message) else "without a reason"
        except DeskError as refusal:
            answer = f"{refusal.error_code}: {refusal.fields}"
        transaction.set_rollback(True)
    return answer


def wanted(kind: str, name: str, state: str, role: str) -> set[str]:
    """What the tables and the roles say."""
    if role == "stranger":
        return {"not allowed"}
    if name in REPORTED_ONLY and role != "program":
        return {"reported_only"}
    if state not in spelt_out(kind, TABLES[kind][name][0]):
        return {"illegal_transition"}
    met = {"taken"}
    if name in NEEDS_FACTS:
        met |= {"not_shipped", "not_picked_up", "picked_up", "no_return_record", "no_offer", "proof_missing"}
        met |= {"already_shipped", "countdown_unknown", "second_attempt"}
    return met


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in Kind.values for state in STATES[kind]])
def test_every_transition_in_every_state_for_every_role(people, kind, state):
    agent = people["agent"]
    case = make_case(agent.shops.get(), agent, kind=kind, state=state)
    learn(case, EventType.BUYER_CONTACTED, agent)
    add_proof(case, "chat_screenshot", agent)
    answers = {
        (name, role): attempt(case, name, by, Source.API if role == "program" else Source.PERSON)
        for name in TABLES[kind]
        for role, by in people.items()
    }
    wrong = {
        place: answer for place, answer in answers.items() if answer not in wanted(kind, place[0], state, place[1])
    }
    assert not wrong
    differing = [name for name in TABLES[kind] if answers[name, "agent"] != answers[name, "lead"]]
    assert not differing, "agents and leads take the same steps"
