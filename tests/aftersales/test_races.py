"""Two at once, on real connections: the database decides, and the ledger stays whole."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from aftersales.enums import EventType, Kind, Outcome, State
from aftersales.errors import Conflict, StaleVersion, TransitionBlocked
from aftersales.models import Case, CaseEvent, Deadline
from aftersales.services.cases import assign_case
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from aftersales.services.transitions import take_transition
from tests.factories import SCANNED, learn, make_agent, make_case, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, when all start at the same moment on a connection of their own."""
    barrier = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at what was raised
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def shop_with_two():
    shop = make_shop()
    return shop, make_agent(shop), make_agent(shop)


def taking(case, name, by, **values):
    return lambda: take_transition(case=Case.objects.get(pk=case.pk), name=name, by=by, at=AT, now=AT, **values)


def test_two_transitions_of_one_page_one_wins():
    """Both saw the same version: the other is told to look again."""
    shop, first, second = shop_with_two()
    case = make_case(shop)
    results = at_once(
        taking(case, "agree_refund", first, version=case.version),
        taking(case, "buyer_withdraw", second, version=case.version),
    )
    assert sorted(type(each) is StaleVersion for each in results) == [False, True]
    winner = next(each for each in results if isinstance(each, Case))
    assert Case.objects.get(pk=case.pk).state == winner.state
    assert CaseEvent.objects.filter(case=case).count() == verify() == 2


def test_two_transitions_without_a_version_come_one_after_the_other():
    """A program that names no version gets what is legal then, or the reason why not."""
    shop, first, second = shop_with_two()
    case = make_case(shop, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    results = at_once(taking(case, "order_intercept", first), taking(case, "order_intercept", second))
    assert sorted(type(each) is TransitionBlocked for each in results) == [False, True]
    assert case.events.filter(type=EventType.INTERCEPT_ORDERED).count() == 1

    case = make_case(shop)
    results = at_once(taking(case, "agree_refund", first), taking(case, "platform_step_in", second))
    final = Case.objects.get(pk=case.pk)
    assert all(isinstance(each, Case | TransitionBlocked) for each in results)
    assert case.events.exclude(type=EventType.REFUND_REQUESTED).count() == sum(
        isinstance(each, Case) for each in results
    )
    assert final.state in (State.REFUNDING, State.PLATFORM_REVIEW)
    verify()


def test_two_hand_overs_open_one_following_case():
    shop, first, second = shop_with_two()
    case = make_case(shop, kind=Kind.NOT_SHIPPED, facts=[SCANNED])
    results = at_once(taking(case, "transfer_to_intercept", first), taking(case, "transfer_to_intercept", second))
    assert sorted(type(each) is TransitionBlocked for each in results) == [False, True]
    assert Case.objects.filter(follows=case).count() == 1
    verify()


def test_two_sweeps_record_a_breach_once():
    shop, agent, _other = shop_with_two()
    for _each in range(6):
        learn(make_case(shop), EventType.TICKET_OPENED, agent)
    results = at_once(*[lambda: sweep_deadlines(now=AT + 99 * HOUR)] * 3)
    assert sum(each["breached"] for each in results) == 6, results
    assert CaseEvent.objects.filter(type=EventType.DEADLINE_BREACHED).count() == 6
    assert Deadline.objects.filter(outcome=Outcome.BREACHED).count() == 6
    verify()


def test_sweep_and_answer_at_once_agree_with_the_times():
    """Whoever comes first: an answer that was in time is met in the end, and the row says so."""
    shop, agent, _other = shop_with_two()
    case = learn(make_case(shop), EventType.TICKET_OPENED, agent)
    at_once(
        lambda: sweep_deadlines(now=AT + 49 * HOUR),
        lambda: learn(case, EventType.TICKET_CLOSED, agent, at=AT + 48 * HOUR, now=AT + 49 * HOUR),
    )
    row = Deadline.objects.get(case=case)
    assert (row.outcome, row.stopped_at, row.breached_at) == (Outcome.MET, AT + 48 * HOUR, None)
    assert not Case.objects.get(pk=case.pk).has_breach
    verify()


def test_same_fact_from_two_couriers_is_recorded_once():
    shop, first, second = shop_with_two()
    case = make_case(shop)
    at_once(*[lambda by=by: learn(case, EventType.SHIPMENT_SIGNED, by, place="前台") for by in (first, second)])
    assert case.events.filter(type=EventType.SHIPMENT_SIGNED).count() == 1
    verify()


def test_many_facts_at_once_all_find_their_place():
    shop, first, second = shop_with_two()
    case = make_case(shop)
    notes = [lambda number=number: learn(case, EventType.CASE_NOTED, first, note=str(number)) for number in range(6)]
    results = at_once(*notes, lambda: assign_case(case=case, to=second, by=first, now=AT))
    assert not [each for each in results if isinstance(each, Exception)]
    assert sorted(case.events.values_list("seq", flat=True)) == list(range(1, 9))
    assert Case.objects.get(pk=case.pk).version == case.version + 7
    assert verify() == 8


def test_one_number_is_opened_once():
    shop = make_shop()
    results = at_once(*[lambda: make_case(shop, platform_case_no="900001", order_no="A-1")] * 3)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True, True], results
    assert Case.objects.get().platform_case_no == "900001"
    verify()
