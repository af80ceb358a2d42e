"""Stalled parcels: pure boundaries, and what the sweep records of them (KS-32, PD-37, A3, A5)."""

from datetime import timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from aftersales.deadlines import fold
from aftersales.enums import EventType, Kind, Outcome, Source
from aftersales.models import Case
from aftersales.services.ledger import verify
from aftersales.services.stalls import record_stalls
from aftersales.services.sweep import sweep_deadlines
from aftersales.stalls import Stall, coming_stall
from appeals.services.sweep import sweep_all
from tests.aftersales.packs import fact, history
from tests.aftersales.test_races import at_once
from tests.factories import learn, make_agent, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
MARK = AT + 72 * HOUR
SCAN = fact("shipment.scanned", AT)


def mark(*facts, platform="kuaishou", kind=Kind.IN_TRANSIT):
    stall = coming_stall(facts, history(platform), kind)
    return stall and stall.at


def ks32(*facts):
    return [
        clock for clock in fold(facts, history("kuaishou"), Kind.IN_TRANSIT) if clock.rule.code == "stalled_intercept"
    ]


def stalled(at, last_scan_at):
    return fact("shipment.stalled", at, last_scan_at=last_scan_at.isoformat())


@pytest.mark.parametrize("platform", ["kuaishou", "pinduoduo"])
def test_parcel_stalls_72_hours_after_its_last_scan(platform):
    """KS-32, PD-37: from the last of its scans, in whatever order they are learnt."""
    later = fact("shipment.scanned", AT + 5 * HOUR)
    for facts in permutations([SCAN, later, fact("refund.requested", AT + 9 * HOUR)]):
        assert coming_stall(facts, history(platform), Kind.IN_TRANSIT) == Stall(AT + 5 * HOUR, AT + 77 * HOUR)


@pytest.mark.parametrize(("platform", "kind"), [
    ("kuaishou", Kind.NOT_SHIPPED), ("kuaishou", Kind.RETURN_DISPUTE), ("tmall", Kind.IN_TRANSIT),
])  # fmt: skip
def test_other_kinds_and_platforms_know_no_stall(platform, kind):
    assert mark(SCAN, platform=platform, kind=kind) is None


def test_parcel_that_nobody_scanned_does_not_stall():
    assert mark(fact("refund.requested", AT), fact("shipment.tracking_uploaded", AT, tracking_no="YT1")) is None


@pytest.mark.parametrize("end", ["shipment.signed", "intercept.succeeded", "delivery.refused", "parcel.returned"])
def test_parcel_that_arrived_or_turned_round_stalls_no_more(end):
    """Scans on its way back are not the ones that KS-32 is about."""
    assert mark(SCAN, fact(end, AT + HOUR)) is None
    assert mark(SCAN, fact(end, AT + HOUR), fact("shipment.scanned", AT + 2 * HOUR)) is None


def test_parcel_out_for_delivery_stalls_only_after_another_scan():
    """It came back to the depot: nobody was at home."""
    out = fact("shipment.out_for_delivery", AT + HOUR)
    assert mark(SCAN, out) is None
    assert mark(SCAN, out, fact("shipment.scanned", AT + 2 * HOUR)) == AT + 74 * HOUR


@pytest.mark.parametrize("by_whom", [{}, {"last_scan_at": AT.isoformat()}])
def test_stall_that_is_recorded_already_is_not_recorded_again(by_whom):
    """Whoever recorded it, whenever after the scan; the next scan may stall anew."""
    told = fact("shipment.stalled", AT + 60 * HOUR, **by_whom)
    assert mark(SCAN, told) is None
    assert mark(SCAN, told, fact("shipment.scanned", AT + 80 * HOUR)) == AT + 152 * HOUR


def test_hours_are_elapsed_hours():
    """A3: no hour is lost or won where a zone changes its clocks."""
    scanned_at = AT.replace(month=3, day=28).astimezone(ZoneInfo("Europe/Berlin"))
    found = mark(fact("shipment.scanned", scanned_at))
    assert (found - scanned_at.astimezone(found.tzinfo)) == 72 * HOUR


def test_stall_is_void_where_the_parcel_moved_before_it():
    """KS-32: a scan learnt late lies between the last known one and the mark: no 48 h run."""
    asked, told = fact("refund.requested", AT), stalled(MARK, AT)
    assert ks32(asked, SCAN, told)[0].started_at == MARK
    for moved in ("shipment.scanned", "shipment.out_for_delivery", "shipment.signed"):
        assert ks32(asked, SCAN, told, fact(moved, MARK - HOUR)) == []
    assert mark(asked, SCAN, told, fact("shipment.scanned", MARK - HOUR)) == MARK + 71 * HOUR


@pytest.mark.parametrize(
    "told", [fact("shipment.stalled", MARK), fact("shipment.stalled", MARK, last_scan_at="2026-03-02T10:00:00")]
)
def test_stall_that_names_no_scan_stands(told):
    """A person's word; and a moment without its offset is no moment."""
    (clock,) = ks32(fact("refund.requested", AT), SCAN, told, fact("shipment.scanned", MARK - HOUR))
    assert clock.started_at == MARK


# --- the sweep ---


@pytest.fixture
def case(agent):
    """On its way and scanned at AT; the refund was asked for an hour before."""
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    return learn(make_case(shop, agent, kind=Kind.IN_TRANSIT), EventType.SHIPMENT_SCANNED, agent, tracking_no="YT1")


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def stalls(case):
    return list(case.events.filter(type=EventType.SHIPMENT_STALLED).order_by("seq"))


@pytest.mark.parametrize(("at", "found"), [(MARK - TICK, 0), (MARK, 0), (MARK + TICK, 1)])
def test_parcel_is_stalled_a_microsecond_after_72_hours(case, at, found):
    """KS-32, A3: strictly more than 72 h."""
    assert record_stalls(now=at) == len(stalls(case)) == found
    assert case.deadlines.filter(rule="stalled_intercept").count() == found


@pytest.mark.parametrize("late_by", [TICK, HOUR, timedelta(days=30)])
def test_stall_is_dated_at_the_mark_and_starts_its_clock_there(case, late_by):
    """A5: however late the sweep."""
    record_stalls(now=MARK + late_by)
    (event,) = stalls(case)
    assert (event.at, event.recorded_at, event.source, event.actor) == (MARK, MARK + late_by, Source.SYSTEM, None)
    assert event.data == {"last_scan_at": "2026-03-02T02:00:00Z"}
    row = case.deadlines.get()
    assert (row.started_at, row.due_at) == (MARK, MARK + 48 * HOUR)
    assert (row.outcome == Outcome.BREACHED) == (late_by > 48 * HOUR)
    after = fresh(case)
    assert (after.stalls_at, after.version, after.next_due_at) == (None, case.version + 1, MARK + 48 * HOUR)
    assert verify() == after.ledger_seq


def test_clock_starts_at_the_request_where_the_parcel_stalled_before(agent):
    """A5: the later of both."""
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    scanned = (EventType.SHIPMENT_SCANNED, AT - 100 * HOUR, {})
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, requested_at=AT, facts=[scanned])
    assert case.stalls_at == AT - 28 * HOUR
    record_stalls(now=AT)
    assert (stalls(case)[0].at, case.deadlines.get().started_at) == (AT - 28 * HOUR, AT)


def test_stall_of_pinduoduo_is_recorded_without_a_clock(shop, agent):
    """PD-37 F: soothe the buyer, chase the courier; no hours are stated."""
    case = learn(make_case(shop, agent, kind=Kind.IN_TRANSIT), EventType.SHIPMENT_SCANNED, agent)
    assert record_stalls(now=MARK + TICK) == len(stalls(case)) == 1
    assert not case.deadlines.exists()


def test_second_sweep_finds_no_stall(case):
    assert [record_stalls(now=MARK + HOUR) for _each in range(3)] == [1, 0, 0]
    assert len(stalls(case)) == 1


def test_stall_that_somebody_recorded_is_not_doubled(case, agent):
    learn(case, EventType.SHIPMENT_STALLED, agent, at=AT + 71 * HOUR)
    assert record_stalls(now=MARK + HOUR) == 0
    assert (len(stalls(case)), fresh(case).stalls_at) == (1, None)


def test_stall_that_is_told_again_runs_one_clock(case, agent):
    """A person's own word stays in the ledger beside the sweep's; the 48 h run once."""
    record_stalls(now=MARK + HOUR)
    learn(case, EventType.SHIPMENT_STALLED, agent, at=MARK + 2 * HOUR, note="快递说暂时找不到")
    assert record_stalls(now=MARK + 3 * HOUR) == 0
    assert case.deadlines.get().started_at == MARK


def test_closed_case_has_no_stall_until_it_is_reopened(case, agent):
    case = take(case, "buyer_withdraw", agent, at=AT + HOUR)
    assert case.stalls_at is None
    assert record_stalls(now=MARK + HOUR) == 0
    case = take(case, "buyer_reopen", agent, at=MARK + 2 * HOUR)
    assert case.stalls_at == MARK
    record_stalls(now=MARK + 3 * HOUR)
    assert case.deadlines.get(rule="stalled_intercept").started_at == MARK + 2 * HOUR


def test_scan_learnt_late_retracts_the_stall_and_moves_the_mark(case, agent):
    """KS-32: breached as it seemed, then the courier's trace shows a scan before the mark; 72 h later it stalls."""
    record_stalls(now=MARK + TICK)
    sweep_deadlines(now=MARK + 49 * HOUR)
    assert fresh(case).has_breach
    case = learn(case, EventType.SHIPMENT_SCANNED, agent, at=MARK - 2 * HOUR, now=MARK + 50 * HOUR)
    assert case.deadlines.get().outcome == Outcome.CANCELLED
    assert (case.has_breach, case.next_due_at, case.stalls_at) == (False, None, MARK + 70 * HOUR)
    assert case.events.filter(type=EventType.DEADLINE_CORRECTED).count() == 1
    assert record_stalls(now=MARK + 70 * HOUR) == 0
    assert record_stalls(now=MARK + 71 * HOUR) == 1
    assert [event.at for event in stalls(case)] == [MARK, MARK + 70 * HOUR]
    row = case.deadlines.get()
    assert (row.outcome, row.started_at, row.cancelled_at) == (Outcome.RUNNING, MARK + 70 * HOUR, None)
    verify()


def test_scan_after_the_mark_leaves_the_clock_running(case, agent):
    """KS-32: it did stand still for over 72 h; what was owed then is still owed, and it may stall again."""
    record_stalls(now=MARK + TICK)
    case = learn(case, EventType.SHIPMENT_SCANNED, agent, at=MARK + HOUR)
    assert case.deadlines.get().outcome == Outcome.RUNNING
    assert case.stalls_at == MARK + 73 * HOUR
    record_stalls(now=MARK + 74 * HOUR)
    assert (len(stalls(case)), case.deadlines.get().number) == (2, 1)


def test_hand_over_carries_the_scans_and_the_stall(agent):
    """A parcel that had left after all: the following case knows when it was scanned last."""
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED)
    case = learn(case, EventType.SHIPMENT_SCANNED, agent)
    assert case.stalls_at is None
    following = take(case, "transfer_to_intercept", agent, at=AT + HOUR)
    assert following.stalls_at == MARK
    record_stalls(now=MARK + TICK)
    assert following.deadlines.get().started_at == MARK


def test_sweep_counts_stalls_and_takes_bounded_batches(case, agent, monkeypatch):
    monkeypatch.setattr("aftersales.services.stalls.BATCH", 2)
    for _each in range(4):
        learn(make_case(case.shop, agent, kind=Kind.IN_TRANSIT), EventType.SHIPMENT_SCANNED, agent)
    counts = sweep_all(now=MARK + 49 * HOUR)
    assert (counts["stalled"], counts["breached"]) == (5, 0)
    assert Case.objects.filter(has_breach=True).count() == 5  # by the fold: it was learnt too late


def test_moment_that_newer_rules_contradict_is_put_right(case):
    Case.objects.filter(pk=case.pk).update(stalls_at=AT)
    assert record_stalls(now=AT + HOUR) == 0
    assert fresh(case).stalls_at == MARK


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_record_one_stall():
    shop = make_shop("kuaishou")
    agent = make_agent(shop)
    cases = [learn(make_case(shop, kind=Kind.IN_TRANSIT), EventType.SHIPMENT_SCANNED, agent) for _each in range(4)]
    results = at_once(*[lambda: record_stalls(now=MARK + HOUR)] * 3)
    assert sum(results) == 4, results
    assert all(len(stalls(case)) == 1 for case in cases)
    verify()
