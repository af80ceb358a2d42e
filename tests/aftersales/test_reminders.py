"""When a clock's people are told of it; pure."""

from datetime import timedelta

import pytest

from aftersales.enums import ClockKind, Party
from aftersales.reminders import (
    SLIGHT,
    first_telling,
    is_slight,
    kept_telling,
    next_telling,
    passed_warning,
    warn_moments,
)
from tests.aftersales.packs import made_up, rule
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
DUE = AT + 24 * HOUR
OURS = Party.MERCHANT
GATE = {"clock": "gate", "stops_on": []}


def a_rule(**values):
    return made_up(rule(hours=24, warn_hours=[1, 12, 4], **values)).deadline[0]


def test_warn_moments_ascend():
    assert warn_moments(a_rule(), OURS, DUE) == [DUE - 12 * HOUR, DUE - 4 * HOUR, DUE - HOUR]


@pytest.mark.parametrize("party", [Party.BUYER, Party.COURIER, Party.PLATFORM])
def test_what_somebody_else_must_do_warns_nobody(party):
    assert warn_moments(a_rule(), party, DUE) == []
    assert next_telling(a_rule(), party, DUE, after=AT) is None
    assert first_telling(a_rule(), party, DUE, at=AT) is None


def test_gate_warns_nobody():
    assert next_telling(a_rule(**GATE), OURS, DUE, after=AT) is None


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (DUE - 12 * HOUR - TICK, DUE - 12 * HOUR),
        (DUE - 12 * HOUR, DUE - 4 * HOUR),
        (DUE - 4 * HOUR, DUE - HOUR),
        (DUE - HOUR - TICK, DUE - HOUR),
        (DUE - HOUR, DUE),
        (DUE - TICK, DUE),
        (DUE, None),
    ],
)
def test_next_telling_is_strictly_later_and_the_last_is_the_end(after, told):
    assert next_telling(a_rule(), OURS, DUE, after=after) == told


@pytest.mark.parametrize("values", [{"clock": ClockKind.WINDOW}, {"soft": True}])
def test_end_of_a_window_or_of_advice_is_no_breach(values):
    """A14: advice that was not followed is nobody's fault."""
    assert next_telling(a_rule(**values), OURS, DUE, after=DUE - HOUR - TICK) == DUE - HOUR
    assert next_telling(a_rule(**values), OURS, DUE, after=DUE - HOUR) is None


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (DUE - 12 * HOUR - TICK, None),
        (DUE - 12 * HOUR, DUE - 12 * HOUR),
        (DUE - 4 * HOUR - TICK, DUE - 12 * HOUR),
        (DUE - 4 * HOUR, DUE - 4 * HOUR),
        (DUE, DUE - HOUR),
    ],
)
def test_after_a_pause_the_latest_warning_alone_is_told(at, told):
    assert passed_warning(a_rule(), OURS, DUE, at=at) == told


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (AT, DUE - 12 * HOUR),
        (DUE - 4 * HOUR - TICK, DUE - 12 * HOUR),
        (DUE - HOUR, DUE - HOUR),
        (DUE, DUE - HOUR),
        (DUE + TICK, None),
        (DUE + 900 * HOUR, None),
    ],
)
def test_clock_that_is_learnt_late(at, told):
    """A2: a clock that runs is made up for once; one that was over before it was learnt raises no alarm."""
    assert first_telling(a_rule(), OURS, DUE, at=at) == told


def test_rule_without_warnings_tells_its_breach():
    silent = made_up(rule()).deadline[0]
    assert first_telling(silent, OURS, DUE, at=AT) == DUE


@pytest.mark.parametrize(
    ("moved", "slight"),
    [(SLIGHT, True), (SLIGHT + TICK, False), (-SLIGHT, True), (-SLIGHT - TICK, False), (TICK * 0, True)],
)
def test_countdown_that_is_read_in_whole_hours_wavers(moved, slight):
    assert is_slight(DUE, DUE + moved) is slight


def test_slight_move_keeps_what_was_told():
    later = DUE + timedelta(minutes=20)
    assert kept_telling(DUE - HOUR, was_due=DUE, due_at=later) == later - HOUR
    assert kept_telling(None, was_due=DUE, due_at=later) is None
