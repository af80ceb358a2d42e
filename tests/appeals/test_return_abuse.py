"""The return-abuse appeal (PD-21): seven days from the refund, and not before 72 h after the return (A1, A2)."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Outcome
from aftersales.errors import PolicyRefused
from aftersales.models import Case
from aftersales.selectors.policies import rule_book
from aftersales.services.sweep import sweep_deadlines
from aftersales.services.transitions import take_transition
from appeals.claims import DraftChange
from appeals.enums import WindowState
from appeals.errors import CannotAppeal, NotReady
from appeals.models import Appeal
from appeals.selectors.windows import case_windows, gate_note
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import submit_appeal
from tests.aftersales.packs import NAMED, made_up, rule, shipped
from tests.appeals.conftest import STATEMENT
from tests.factories import learn, make_case
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
GATE = 72 * HOUR
WEEK = 7 * 24 * HOUR
SHIPPED, SIGNED = EventType.RETURN_SHIPPED, EventType.RETURN_SIGNED


def returned(shop, agent, *facts, now=AT):
    """Refunded by the platform at AT; the facts of its return, by how long after the refund they happened."""
    case = make_case(shop, agent, requested_at=AT - 200 * HOUR)
    earlier = [(type, after) for type, after in facts if after < timedelta(0)]
    for type, after in earlier:
        learn(case, type, agent, at=AT + after, now=AT)
    take_transition(case=case, name="refund_directly", by=None, at=AT, now=AT, data={"rapid": True}, source="api")
    for type, after in facts:
        if (type, after) not in earlier:
            learn(case, type, agent, at=AT + after, now=max(now, AT + after))
    return Case.objects.get(pk=case.pk)


def window(case, at):
    found = {one.rule.code: one for one in case_windows(case, rule_book("pinduoduo"), at)}
    return found.get("return_abuse")


@pytest.mark.parametrize(
    ("facts", "opens_after"),
    [
        ([(SHIPPED, 10 * HOUR)], 82 * HOUR),
        ([(SHIPPED, 10 * HOUR), (SIGNED, 40 * HOUR)], 112 * HOUR),
        ([(SHIPPED, -100 * HOUR), (SIGNED, -72 * HOUR)], timedelta(0)),
        ([(SHIPPED, -100 * HOUR), (SIGNED, -71 * HOUR)], HOUR),
        ([(SIGNED, -150 * HOUR)], timedelta(0)),
        ([(SHIPPED, 95 * HOUR)], 167 * HOUR),
        ([(SHIPPED, 96 * HOUR)], WEEK),
    ],
)
def test_window_opens_with_the_later_of_refund_and_gate(shop, agent, facts, opens_after):
    """A1: [max(refund, return + 72 h), refund + 7 d], both ends included; A2: from the signature where there is one."""
    case = returned(shop, agent, *facts)
    opens_at = AT + opens_after
    found = window(case, opens_at)
    assert (found.window.opens_at, found.window.closes_at) == (opens_at, AT + WEEK)
    states = [window(case, at).state(at) for at in (opens_at - TICK, opens_at, AT + WEEK, AT + WEEK + TICK)]
    assert states == [WindowState.NOT_YET, WindowState.OPEN, WindowState.OPEN, WindowState.CLOSED]


def test_return_that_comes_too_late_is_a_conflict_and_is_shown(client, shop, agent):
    """A1: it would close before it opens; said, never dropped."""
    case = returned(shop, agent, (SHIPPED, 96 * HOUR + TICK))
    assert window(case, AT + 97 * HOUR).state(AT + 97 * HOUR) == WindowState.CONFLICT
    with pytest.raises(CannotAppeal, match="冲突"):
        open_appeal(case=case, type="return_abuse", by=agent, now=AT + 97 * HOUR)


def test_refund_without_a_return_has_no_such_window(case, agent):
    """PD-21: nothing came back, so nothing can be wrong with it."""
    assert window(case, AT) is None
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type="return_abuse", by=agent, now=AT)


@pytest.mark.parametrize("facts", [[(SHIPPED, 10 * HOUR)], [(SHIPPED, -100 * HOUR), (SIGNED, -50 * HOUR)]])
def test_other_appeals_inherit_neither_gate_nor_week(shop, agent, facts):
    """A1: a rights appeal has its 48 h, the rapid-refund appeal its week, both from the refund."""
    case = returned(shop, agent, *facts)
    found = {one.rule.code: one.window for one in case_windows(case, rule_book("pinduoduo"), AT)}
    assert (found["rights"].opens_at, found["rights"].closes_at) == (AT, AT + 48 * HOUR)
    assert (found["rapid_refund"].opens_at, found["rapid_refund"].closes_at) == (AT, AT + WEEK)


def test_window_says_which_moment_of_the_return_counts(shop, agent):
    """A2: the shipping as long as no signature is known, as for a parcel that never came; then the signature."""
    case = returned(shop, agent, (SHIPPED, 10 * HOUR))
    before = gate_note(window(case, AT + 20 * HOUR).gate)
    learn(case, SIGNED, agent, at=AT + 30 * HOUR)
    after = gate_note(window(case, AT + 30 * HOUR).gate)
    assert ("退货已寄出" in before, "2026-03-02 20:00:00" in before) == (True, True), before
    assert ("退货已签收" in after, "2026-03-03 16:00:00" in after) == (True, True), after


@pytest.fixture
def gated(shop, agent, add_file, build) -> Appeal:
    """Everything is there; the gate opens at AT + 82 h."""
    case = returned(shop, agent, (SHIPPED, 10 * HOUR))
    add_file(case)
    appeal = open_appeal(case=case, type="return_abuse", by=agent, now=AT + 20 * HOUR)
    change = DraftChange(ground="not_received", statement=STATEMENT)
    update_appeal(appeal=appeal, change=change, by=agent, now=AT + 20 * HOUR)
    build(appeal)
    return Appeal.objects.get(pk=appeal.pk)


def test_draft_is_prepared_before_the_gate_and_handed_in_after_it(gated, agent):
    """PD-21: refused one microsecond before the 72 h are over, taken at their end."""
    opens_at = AT + 82 * HOUR
    with pytest.raises(NotReady, match="2026-03-05 20:00:00"):
        submit_appeal(appeal=gated, by=agent, now=opens_at - TICK)
    filed = submit_appeal(appeal=gated, by=agent, now=opens_at)
    assert filed.state == "submitted"
    clock = filed.case.deadlines.get(rule="return_abuse_window")
    assert (clock.outcome, clock.stopped_at) == (Outcome.MET, opens_at)


def test_signature_that_is_learnt_puts_the_draft_off(gated, agent):
    """A2: drafted while the parcel was on its way; the signature moves the gate."""
    learn(gated.case, SIGNED, agent, at=AT + 60 * HOUR)
    with pytest.raises(NotReady):
        submit_appeal(appeal=gated, by=agent, now=AT + 82 * HOUR)
    assert submit_appeal(appeal=gated, by=agent, now=AT + 132 * HOUR).state == "submitted"


def test_pages_and_api_tell_when_it_opens(gated, client, agent):
    """PD-21, A2."""
    client.force_login(agent)
    for address in (f"/cases/{gated.case.ref}/", f"/appeals/{gated.pk}/"):
        page = client.get(address).content.decode()
        assert "2026-03-05 20:00:00" in page, address
        assert "退货已寄出" in page


def test_six_grounds_of_the_return_list():
    """PD-21: A to F."""
    grounds = [ground.name.zh for ground in shipped("pinduoduo").appeal_rule("return_abuse").grounds]
    assert grounds == ["未收到退货", "少退", "寄到付件", "寄错", "换货后退货", "寄回的商品有问题"]


def test_window_that_closes_unused_is_recorded_once(shop, agent):
    """PD-21: the right is lost at the end of the week."""
    case = returned(shop, agent, (SHIPPED, 10 * HOUR))
    assert sweep_deadlines(now=AT + WEEK)["lapsed"] == 1  # the 48 h of the rights appeal
    assert sweep_deadlines(now=AT + WEEK + TICK)["lapsed"] == 2
    assert case.deadlines.get(rule="return_abuse_window").outcome == Outcome.LAPSED


APPEAL = {"code": "abuse", "name": NAMED, "window": "w", "grounds": [{"code": "a", "name": NAMED}]}
WINDOW = rule("w", clock="window")


@pytest.mark.parametrize(
    ("rules", "appeal"),
    [
        ([WINDOW], {**APPEAL, "gate": "w"}),
        ([WINDOW], {**APPEAL, "gate": "nothing"}),
        ([rule("w", clock="window", measured_from="shipment.signed")], APPEAL),
        (
            [
                rule(
                    "w",
                    clock="window",
                    starts_on=[],
                    starts_on_all=["shipment.signed", "return.signed"],
                    measured_from="return.shipped",
                )
            ],
            APPEAL,
        ),
    ],
)
def test_pack_with_a_gate_or_a_start_that_is_none_is_refused(rules, appeal):
    with pytest.raises(PolicyRefused):
        made_up(*rules, appeal=[appeal])
