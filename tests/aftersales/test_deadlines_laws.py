"""Laws of the fold over random facts, for every shipped pack."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aftersales.deadlines import Clock, Fact
from aftersales.enums import OWED, ChatRating, ClockKind, EventType, Kind, Mood, Opener, Outcome
from tests.aftersales.packs import PLATFORMS, clocks, history, shipped
from tests.instants import AT

END = AT + timedelta(days=40)
NAMED = sorted(
    {
        match.type
        for platform in PLATFORMS
        for rule in shipped(platform).deadline
        for match in [*rule.starting, *rule.stops_on, *rule.stops_on_all, *rule.cancelled_by]
    }
    | {EventType.SHIPMENT_SCANNED, EventType.CASE_NOTED, EventType.DEADLINE_MOVED}
)
CLOSING = [EventType.REFUND_SUCCEEDED, EventType.BUYER_WITHDREW, EventType.CASE_REJECTED, EventType.PLATFORM_DECIDED]
AT_THE_END = {ClockKind.DUTY: Outcome.BREACHED, ClockKind.WINDOW: Outcome.LAPSED, ClockKind.GATE: Outcome.OPENED}
RULES = sorted({rule.code for platform in PLATFORMS for rule in shipped(platform).deadline})
# Whole hours, so that facts often share a moment, and one microsecond around them.
moments = st.builds(
    lambda hours, ticks: AT + timedelta(hours=hours, microseconds=ticks),
    st.integers(0, 400),
    st.sampled_from([0, 0, -1, 1]),
)


@st.composite
def one_fact(draw) -> Fact:
    type = draw(st.sampled_from(NAMED))
    data = {"subject": draw(st.sampled_from(["", "", "T-1", "T-2"]))}
    if type in (EventType.PLATFORM_COUNTDOWN, EventType.DEADLINE_MOVED):
        data["due_at"] = draw(moments).isoformat()
        data["deadline"] = draw(st.sampled_from(["", *RULES]))
        data["party"] = draw(st.sampled_from(["merchant", "merchant", "buyer"]))
    flags = {
        EventType.REFUND_SUCCEEDED: "rapid",
        EventType.TRACKING_UPLOADED: "is_wrong",
    }
    if type in flags:
        data[flags[type]] = draw(st.booleans())
    if type == EventType.OFFER_ACCEPTED:
        data["offer"] = draw(st.sampled_from(["reship", "exchange", "repair"]))
    if type == EventType.BUYER_MESSAGED:
        data["opener"] = draw(st.sampled_from(["", *Opener.values]))
        data["mood"] = draw(st.sampled_from(["", *Mood.values]))
    if type == EventType.CHAT_RATED:
        data["rating"] = draw(st.sampled_from(ChatRating.values))
    if type == EventType.APPEAL_SUBMITTED:
        data["appeal_type"] = draw(st.sampled_from(["rights", "rapid_refund"]))
    return Fact(type, draw(moments), data, closes=type in CLOSING and draw(st.booleans()))


facts_of_a_case = st.lists(one_fact(), max_size=14)
of_any_pack = {"platform": st.sampled_from(PLATFORMS), "kind": st.sampled_from(Kind.values), "facts": facts_of_a_case}


@given(**of_any_pack, random=st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(platform, kind, facts, random):
    arrived = facts.copy()
    random.shuffle(arrived)
    in_time_order = sorted(facts, key=lambda fact: fact.at)
    assert clocks(arrived, history(platform), kind) == clocks(in_time_order, history(platform), kind)


@given(**of_any_pack, pick=st.data())
def test_fact_told_twice_changes_nothing(platform, kind, facts, pick):
    again = [*facts, *(pick.draw(st.lists(st.sampled_from(facts), max_size=4)) if facts else [])]
    assert clocks(again, history(platform), kind) == clocks(facts, history(platform), kind)


def by_rule_and_subject(found: list[Clock]) -> dict[tuple[str, str], list[Clock]]:
    groups: dict[tuple[str, str], list[Clock]] = {}
    for clock in found:
        groups.setdefault((clock.rule.code, clock.subject), []).append(clock)
    return groups


@given(**of_any_pack)
@settings(max_examples=200)
def test_clocks_of_one_rule_and_subject_follow_each_other(platform, kind, facts):
    """No two of them run at once; each ends at or after its start; they are numbered in time order."""
    for group in by_rule_and_subject(clocks(facts, history(platform), kind)).values():
        assert [clock.number for clock in group] == list(range(1, len(group) + 1))
        assert all(clock.ended_at is None or clock.ended_at >= clock.started_at for clock in group)
        assert not any(clock.stopped_at and clock.cancelled_at for clock in group)
        for earlier, later in pairwise(group):
            assert earlier.ended_at is not None
            assert earlier.ended_at <= later.started_at


@given(**of_any_pack)
def test_outcome_is_told_by_the_times(platform, kind, facts):
    for clock in clocks(facts, history(platform), kind):
        outcome = clock.outcome(END)
        if clock.rule.clock == ClockKind.TASK:
            ended = Outcome.MET if clock.stopped_at else Outcome.CANCELLED
            assert outcome == (ended if clock.ended_at else Outcome.RUNNING)
            continue
        missed = AT_THE_END[clock.rule.clock]
        if clock.stopped_at is not None:
            assert outcome == (Outcome.MET if clock.stopped_at <= clock.due_at else missed)
        elif clock.cancelled_at is not None:
            assert outcome == (Outcome.CANCELLED if clock.cancelled_at <= clock.due_at else missed)
        else:
            is_over = clock.due_at < END or (clock.due_at == END and missed == Outcome.OPENED)
            assert outcome == (missed if is_over else Outcome.RUNNING)


@given(**of_any_pack)
def test_computed_end_is_kept_whatever_moves_it(platform, kind, facts):
    for clock in clocks(facts, history(platform), kind):
        if clock.rule.reported:
            assert (clock.computed_due_at, clock.due_source) == (None, "platform")
        else:
            assert clock.computed_due_at == clock.started_at + clock.rule.length
            assert clock.due_source in ("computed", "platform")  # no shipped rule can be extended by hand
            assert clock.due_source != "computed" or clock.due_at == clock.computed_due_at


@given(**of_any_pack, closed_at=moments)
def test_closed_case_owes_nothing(platform, kind, facts, closed_at):
    """Windows and gates are what the open case had; duties and tasks end with it."""
    opened, closed = (clocks(facts, history(platform), kind, moment) for moment in (None, closed_at))
    windows = [[clock for clock in found if clock.rule.clock not in OWED] for found in (opened, closed)]
    assert windows[0] == windows[1]
    for before, after in zip(opened, closed, strict=True):
        if after.rule.clock in OWED:
            assert after.ended_at is not None
            assert before.stopped_at == after.stopped_at
            assert after.cancelled_at is None or after.cancelled_at <= max(closed_at, after.started_at)


@given(**of_any_pack)
def test_fact_that_closes_ends_every_duty_for_good(platform, kind, facts):
    """Also one whose pack does not name it: the case is over, and reopening it starts anew."""
    closing = Fact(EventType.STATUS_REPORTED, END, {"state": "resolved"}, closes=True)
    found = clocks([*facts, closing], history(platform), kind)
    assert not [clock for clock in found if clock.rule.clock in OWED and clock.ended_at is None]
