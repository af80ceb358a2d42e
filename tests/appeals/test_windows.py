"""Windows: both ends included, to the microsecond (A1, A3)."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Outcome, Source
from aftersales.models import Deadline
from aftersales.selectors.policies import rule_book
from aftersales.services.facts import record_events
from aftersales.services.ledger import EventDraft
from aftersales.services.transitions import take_transition
from appeals.enums import WindowState
from appeals.errors import CannotAppeal
from appeals.selectors.windows import case_windows
from appeals.services.drafts import open_appeal
from appeals.services.filing import submit_appeal
from appeals.windows import Window, after_gate
from tests.factories import make_case
from tests.instants import AT

TICK = timedelta(microseconds=1)
CLOSES = AT + timedelta(hours=48)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (AT - TICK, WindowState.NOT_YET),
        (AT, WindowState.OPEN),
        (CLOSES - TICK, WindowState.OPEN),
        (CLOSES, WindowState.OPEN),
        (CLOSES + TICK, WindowState.CLOSED),
    ],
)
def test_window_state_at_its_ends(at, state):
    window = Window(AT, CLOSES)
    assert window.state(at) == state
    assert bool(window.reason(at)) == (state != WindowState.OPEN)


def test_window_that_closes_before_it_opens_is_a_conflict():
    window = Window(CLOSES, AT)
    assert window.state(AT) == WindowState.CONFLICT
    assert "2026-03-02 10:00:00" in window.reason(AT)


def test_window_that_was_cancelled_is_void():
    assert Window(AT, CLOSES, is_void=True).state(AT) == WindowState.VOID


HOUR = timedelta(hours=1)
RIGHTS = Window(AT, AT + 48 * HOUR)
RAPID = Window(AT, AT + 7 * 24 * HOUR)


@pytest.mark.parametrize(
    ("returned_after", "opens_after"), [(-90 * HOUR, 0 * HOUR), (-72 * HOUR, 0 * HOUR), (0 * HOUR, 72 * HOUR)]
)
def test_rapid_refund_on_return_grounds_opens_with_the_later_of_both(returned_after, opens_after):
    """A1: [max(refund, return + 72 h), refund + 7 d]; both ends included."""
    window = after_gate(RAPID, AT + returned_after + 72 * HOUR)
    assert window == Window(AT + opens_after, AT + 168 * HOUR)
    states = [window.state(window.opens_at - TICK), window.state(window.opens_at), window.state(window.closes_at)]
    assert states == [WindowState.NOT_YET, WindowState.OPEN, WindowState.OPEN]


@pytest.mark.parametrize(
    ("late_by", "state"), [(-TICK, WindowState.OPEN), (0 * TICK, WindowState.OPEN), (TICK, WindowState.CONFLICT)]
)
def test_return_too_late_for_the_window_is_a_conflict(late_by, state):
    """A1: opens after it closes: shown as a conflict; where both meet in one moment, that moment is open."""
    window = after_gate(RAPID, RAPID.closes_at + late_by)
    assert window.state(RAPID.closes_at) == state
    assert after_gate(RIGHTS, RIGHTS.closes_at + late_by).state(RIGHTS.closes_at) == state


def test_gate_leaves_a_void_window_void():
    assert after_gate(Window(AT, CLOSES, is_void=True), AT).state(AT) == WindowState.VOID


@pytest.mark.parametrize("now", [AT, CLOSES - TICK, CLOSES])
def test_open_appeal_inside_its_window(case, agent, now):
    assert open_appeal(case=case, type="rights", by=agent, now=now).opened_at == now


def test_open_appeal_one_microsecond_late_is_refused(case, agent):
    with pytest.raises(CannotAppeal, match="2026-03-04 10:00:00"):
        open_appeal(case=case, type="rights", by=agent, now=CLOSES + TICK)


def test_open_appeal_before_the_refund_succeeded_is_refused(shop, agent):
    case = make_case(shop, agent)
    with pytest.raises(CannotAppeal) as refused:
        open_appeal(case=case, type="rights", by=agent, now=AT)
    assert "退款成功" in str(refused.value) or "Refund succeeded" in str(refused.value)


def test_rapid_refund_appeal_only_where_the_refund_was_rapid(case, shop, agent):
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type="rapid_refund", by=agent, now=AT)
    rapid = take_transition(
        case=make_case(shop, agent), name="refund_directly", by=None, at=AT, now=AT, data={"rapid": True}, source="api"
    )
    week = AT + timedelta(days=7)
    assert open_appeal(case=rapid, type="rapid_refund", by=agent, now=week).closes_at == week
    windows = {window.rule.code: window.state(week) for window in case_windows(rapid, rule_book("pinduoduo"), week)}
    assert windows.pop("malicious_order") == WindowState.UNSTATED
    assert windows == {"rights": WindowState.CLOSED, "rapid_refund": WindowState.OPEN}


def test_platforms_word_on_a_window_wins(case, agent):
    """The platform's reported remaining time replaces the computed end."""
    sooner = AT + timedelta(hours=3)
    said = {"deadline": "rights_window", "due_at": sooner.isoformat(), "party": "merchant"}
    now = AT + timedelta(hours=1)
    record_events(
        case=case, drafts=[EventDraft(EventType.PLATFORM_COUNTDOWN, now, said, Source.PLATFORM)], by=agent, now=now
    )
    assert open_appeal(case=case, type="rights", by=agent, now=sooner).closes_at == sooner
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type="rights", by=agent, now=sooner + TICK)


def test_conflicting_window_is_listed_not_dropped(case, agent):
    Deadline.objects.filter(case=case, rule="rights_window").update(due_at=AT - timedelta(hours=1))
    (window, *_untimed) = case_windows(case, rule_book("pinduoduo"), AT)
    assert window.state(AT) == WindowState.CONFLICT
    assert not window.can_open


def test_window_clock_stops_when_the_appeal_is_submitted(ready, agent):
    submit_appeal(appeal=ready, by=agent, now=AT + timedelta(hours=1))
    clock = Deadline.objects.get(case=ready.case, rule="rights_window")
    assert (clock.outcome, clock.stopped_at) == (Outcome.MET, AT + timedelta(hours=1))
