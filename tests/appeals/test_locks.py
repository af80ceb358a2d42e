"""Missed duties that make an appeal fail lock the order (PD-34, PD-35); lost appeals: `test_drafts.py`."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Outcome
from aftersales.models import Deadline
from aftersales.selectors.policies import rule_book
from aftersales.services.sweep import sweep_deadlines
from appeals.errors import CannotAppeal, NotReady
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.windows import case_windows
from appeals.services.drafts import open_appeal
from appeals.services.filing import submit_appeal
from tests.factories import learn, make_case, make_refunded_case
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
DUE = AT - 30 * HOUR  # of the duty that is missed


@pytest.fixture
def owe(shop, agent):
    """Another case of an order, with a duty of 24 h that is due at `DUE` and that nobody does."""

    def owe(order, event_type, *, due_at=DUE):
        start = due_at - 24 * HOUR
        other = make_case(shop, agent, requested_at=start, now=start, order_no=order.platform_order_no)
        return learn(other, event_type, agent, at=start, now=start)

    return owe


LOCKING = {"return_address": EventType.ADDRESS_REQUESTED, "reship": EventType.RESHIP_AGREED}


@pytest.mark.parametrize("rule", LOCKING)
def test_missed_duty_locks_every_later_appeal_of_the_order(case, agent, owe, rule):
    """PD-34, PD-35 (A14: a soft deadline with a hard consequence): the reason names what was missed, and when."""
    other = owe(case.order, LOCKING[rule])
    sweep_deadlines(now=AT)
    assert Deadline.objects.get(case=other, rule=rule).outcome == Outcome.BREACHED
    with pytest.raises(CannotAppeal) as refused:
        open_appeal(case=case, type="rights", by=agent, now=AT)
    name = rule_book("pinduoduo").newest.rule(rule).name.zh
    for words in (name, "2026-03-01 04:00:00", other.ref):
        assert words in str(refused.value)


def test_missed_duty_locks_before_a_sweep_has_written_it_down(case, agent, owe):
    """The truth is in the times: one microsecond after its end it is missed."""
    owe(case.order, EventType.ADDRESS_REQUESTED, due_at=AT)
    assert open_appeal(case=case, type="rights", by=agent, now=AT).state == "draft"
    (window, *_untimed) = case_windows(case, rule_book("pinduoduo"), AT + TICK)
    assert "2026-03-02 10:00:00" in window.reason


def test_missed_duty_keeps_a_draft_from_being_handed_in(ready, agent, owe):
    """The same check guards handing in; what was handed in before it stays."""
    owe(ready.case.order, EventType.RESHIP_AGREED, due_at=AT)
    now = AT + HOUR
    standing = standing_of(find_appeal(str(ready.pk)), now)
    failed = {check.code: check.reason for check in standing.checks if check.is_blocking}
    assert list(failed) == ["order"]
    with pytest.raises(NotReady) as refused:
        submit_appeal(appeal=ready, by=agent, now=now)
    assert refused.value.fields == failed


def test_corrected_breach_unlocks(case, agent, owe):
    """A late fact shows that the address was given in time."""
    other = owe(case.order, EventType.ADDRESS_REQUESTED)
    sweep_deadlines(now=AT)
    learn(other, EventType.ADDRESS_GIVEN, agent, at=DUE, now=AT, address="杭州市演示路 1 号")
    assert Deadline.objects.get(case=other, rule="return_address").outcome == Outcome.MET
    assert open_appeal(case=case, type="rights", by=agent, now=AT).state == "draft"


def test_duty_done_too_late_stays_missed(case, agent, owe):
    other = owe(case.order, EventType.ADDRESS_REQUESTED)
    learn(other, EventType.ADDRESS_GIVEN, agent, at=DUE + TICK, now=AT, address="杭州市演示路 1 号")
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type="rights", by=agent, now=AT)


def test_other_breaches_and_other_orders_lock_nothing(case, shop, agent, owe):
    """PD-46 says nothing of later appeals; an order is locked by its own cases only."""
    owe(case.order, EventType.TICKET_OPENED, due_at=DUE)
    elsewhere = make_refunded_case(shop, agent)
    owe(elsewhere.order, EventType.ADDRESS_REQUESTED)
    sweep_deadlines(now=AT)
    assert open_appeal(case=case, type="rights", by=agent, now=AT).state == "draft"
    with pytest.raises(CannotAppeal):
        open_appeal(case=elsewhere, type="rights", by=agent, now=AT)
