"""The three machines against their tables: which transition leads from which state where (docs/states.md)."""

from itertools import product

import pytest

from aftersales.enums import Kind, Source, State
from aftersales.errors import TransitionBlocked
from aftersales.models import PROXIES, Case
from aftersales.selectors.case_actions import check_start
from aftersales.states import ALL_OPEN, CLOSED_STATES, OPEN_STATES, STATES, WAITING_FOR
from aftersales.transitions import TRANSITIONS

CLOSED = "refunded rejected withdrawn resolved transferred"
OPEN: dict[str, str] = {
    Kind.NOT_SHIPPED: "pending platform_review refunding negotiating cancelling_shipment tracking_due",
    Kind.IN_TRANSIT: "pending platform_review refunding persuading intercepting intercepted intercept_failed "
    "awaiting_refusal refused returned",
    Kind.RETURN_DISPUTE: "pending platform_review refunding verifying offering awaiting_return return_in_transit "
    "return_received reshipping",
}
# transition: the states that it leads from, and where it leads to. OPEN: every open state of the kind.
SHARED = {
    "confirm_refund": ("refunding", "refunded"),
    "refund_directly": ("OPEN", "refunded"),
    "buyer_withdraw": ("OPEN", "withdrawn"),
    "buyer_reopen": ("rejected withdrawn", "pending"),
    "platform_step_in": ("OPEN rejected -platform_review", "platform_review"),
    "open_ticket": ("platform_review", "platform_review"),
    "submit_evidence": ("platform_review", "platform_review"),
    "platform_decide": ("platform_review", "refunding rejected resolved"),
    "follow_platform": ("ANY", "ANY"),
}
TABLES: dict[str, dict[str, tuple[str, str]]] = {
    Kind.NOT_SHIPPED: SHARED | {
        "negotiate": ("pending", "negotiating"),
        "cancel_shipment": ("pending negotiating", "cancelling_shipment"),
        "dispute_unshipped": ("pending negotiating", "tracking_due"),
        "upload_tracking": ("tracking_due", "rejected"),
        "transfer_to_intercept": ("pending negotiating tracking_due", "transferred"),
        "agree_refund": ("pending negotiating cancelling_shipment tracking_due platform_review", "refunding"),
        "reject": ("pending negotiating", "rejected"),
    },
    Kind.IN_TRANSIT: SHARED | {
        "persuade": ("pending", "persuading"),
        "order_intercept": ("pending persuading", "intercepting"),
        "intercept_succeeded": ("intercepting", "intercepted"),
        "intercept_failed": ("intercepting", "intercept_failed"),
        "agree_refusal": ("pending intercepting intercept_failed", "awaiting_refusal"),
        "record_refusal": ("awaiting_refusal intercept_failed", "refused"),
        "parcel_returned": ("intercepted refused", "returned"),
        "record_delivery": ("intercepting intercept_failed awaiting_refusal", "transferred"),
        "agree_refund": ("pending persuading intercepting intercepted refused returned platform_review", "refunding"),
        "reject": ("pending intercept_failed", "rejected"),
    },
    Kind.RETURN_DISPUTE: SHARED | {
        "ask_proof": ("pending", "verifying"),
        "make_offer": ("pending verifying return_received", "offering"),
        "offer_accepted": ("offering", "refunding reshipping resolved"),
        "agree_return": ("pending verifying offering", "awaiting_return"),
        "buyer_shipped": ("awaiting_return", "return_in_transit"),
        "return_signed": ("awaiting_return return_in_transit", "return_received"),
        "inspect_ok": ("return_received", "refunding"),
        "agree_reship": ("pending verifying offering", "reshipping"),
        "reshipped": ("reshipping", "resolved"),
        "convert_to_return": ("pending verifying", "awaiting_return"),
        "reject": ("pending verifying offering return_in_transit return_received", "rejected"),
        "agree_refund": ("OPEN -refunding", "refunding"),
    },
}  # fmt: skip
REPORTED_ONLY = {"refund_directly", "follow_platform"}
each_kind = pytest.mark.parametrize("kind", Kind.values)


def spelt_out(kind: str, words: str) -> set[str]:
    """The states that a cell of the table names."""
    named: set[str] = set()
    for word in words.split():
        if word == "ANY":
            named |= set(State.values)
        elif word == "OPEN":
            named |= set(OPEN[kind].split())
        elif word.startswith("-"):
            named.discard(word[1:])
        else:
            named.add(word)
    return named


def machine(kind: str) -> dict[str, list]:
    return {
        name: list(getattr(PROXIES[kind], name)._django_fsm.transitions.values())  # noqa: SLF001 - where django-fsm keeps them
        for name in TRANSITIONS
        if hasattr(PROXIES[kind], name)
    }


@each_kind
def test_kind_has_its_states(kind):
    assert set(STATES[kind]) == {*OPEN[kind].split(), *CLOSED.split()}
    assert set(OPEN_STATES[kind]) == set(OPEN[kind].split())


def test_every_state_belongs_to_a_kind():
    assert {state for states in STATES.values() for state in states} == set(State)


def test_every_open_state_says_who_is_to_move():
    assert set(WAITING_FOR) == set(ALL_OPEN)
    assert set(ALL_OPEN) | set(CLOSED_STATES) == set(State)


@each_kind
def test_kind_has_its_transitions(kind):
    assert set(machine(kind)) == set(TABLES[kind])


def test_every_transition_belongs_to_a_kind():
    assert {name for table in TABLES.values() for name in table} == set(TRANSITIONS)


def test_case_itself_has_no_transitions():
    assert not [name for name in TRANSITIONS if hasattr(Case, name)]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, table in TABLES.items() for name in table])
def test_transition_starts_where_its_table_says(kind, name):
    """Every state × transition: allowed, or refused with a reason and a code."""
    allowed = set()
    for state in STATES[kind]:
        case = PROXIES[kind](kind=kind, state=state)
        if state in spelt_out(kind, TABLES[kind][name][0]):
            check_start(case, TRANSITIONS[name], source=Source.API)
            allowed.add(state.value)
            continue
        with pytest.raises(TransitionBlocked) as blocked:
            check_start(case, TRANSITIONS[name], source=Source.API)
        assert blocked.value.error_code == "illegal_transition"
        assert str(State(state).label) in str(blocked.value.message)
    assert allowed, "a transition that leads from nowhere"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, table in TABLES.items() for name in table])
def test_transition_leads_where_its_table_says(kind, name):
    targets = set()
    for way in machine(kind)[name]:
        targets |= {str(state) for state in getattr(way.target, "allowed_states", None) or [way.target]}
    assert targets == spelt_out(kind, TABLES[kind][name][1])


@pytest.mark.parametrize("name", sorted(TRANSITIONS))
def test_only_programs_report(name):
    """The platform's own word comes from an import or a program, never from a person's click."""
    kind = next(kind for kind, table in TABLES.items() if name in table)
    refused = []
    for state in STATES[kind]:
        case = PROXIES[kind](kind=kind, state=state)
        try:
            check_start(case, TRANSITIONS[name], source=Source.PERSON)
        except TransitionBlocked as blocked:
            refused.append(blocked.error_code)
    assert TRANSITIONS[name].is_reported == (name in REPORTED_ONLY)
    assert (refused == ["reported_only"] * len(STATES[kind])) == (name in REPORTED_ONLY)


def test_closed_cases_come_back_by_reopening_or_the_platform_only():
    for kind, state in product(Kind.values, CLOSED_STATES):
        ways = {name for name, (sources, _to) in TABLES[kind].items() if state.value in spelt_out(kind, sources)}
        assert ways <= {"buyer_reopen", "platform_step_in", "follow_platform"}
