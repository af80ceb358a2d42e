import pickle
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.forms import model_to_dict

from aftersales.enums import EventType, Kind, Outcome
from aftersales.models import Case, CaseEvent, Deadline, Order, Shop, User
from aftersales.selectors.policies import rule_book, rule_books
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from aftersales.services.transitions import take_transition
from appeals.demo.bulk import batches
from appeals.demo.caster import Caster
from appeals.demo.people import PEOPLE, SHOPS
from tests.factories import load_packs, make_case
from tests.instants import AT


@pytest.fixture
def undone(cast_demo):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_of(case: Case) -> list[dict]:
    return [model_to_dict(row) for row in Deadline.objects.filter(case=case).order_by("pk")]


def caster() -> Caster:
    platforms = sorted({shop.platform for shop in SHOPS})
    return Caster(
        seed=1,
        at=AT,
        size=50,
        books=rule_books(platforms),
        shops={shop.code: number for number, shop in enumerate(SHOPS)},
        people={person.username: number for number, person in enumerate(PEOPLE)},
        first_case=1000,
        first_order=500,
    )


def test_ledger_of_cast_cases_verifies(cast_demo):
    assert verify() == CaseEvent.objects.count() > cast_demo


def test_folding_cast_cases_again_changes_nothing(cast_demo, undone):
    """What the moulds made is what the services make of the same events."""
    assert Case.objects.count() == cast_demo
    for case in Case.objects.select_related("shop", "order"):
        before = (rows_of(case), {**model_to_dict(case), "next_due_at": case.next_due_at}, case.events.count())
        apply_clocks(case=case, book=rule_book(case.shop.platform), now=AT)
        after = (rows_of(case), {**model_to_dict(case), "next_due_at": case.next_due_at}, case.events.count())
        assert after == before


def test_sweep_finds_nothing_left_to_record(undone):
    assert sweep_deadlines(now=AT) == {"breached": 0, "lapsed": 0, "opened": 0}


def test_cast_cases_are_mostly_closed_and_the_open_ones_mostly_in_time(cast_demo):
    is_open = Case.objects.open()
    assert 0.05 < is_open.count() / cast_demo < 0.16
    assert is_open.filter(next_due_at__lt=AT).count() < is_open.count() / 4
    assert is_open.filter(next_due_at__gt=AT).exists()
    assert set(Case.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert set(Deadline.objects.values_list("outcome", flat=True)) == set(Outcome.values)


def test_cast_cases_close_with_their_last_event(cast_demo):
    for case in Case.objects.filter(closed_at__isnull=False):
        last = case.events.exclude(type=EventType.DEADLINE_BREACHED).order_by("seq").last()
        assert last is not None
        assert (case.closed_at, case.state) == (last.at, last.to_state)
        assert case.version > 1


def test_some_orders_have_several_cases(cast_demo):
    orders = Counter(Case.objects.values_list("order", flat=True))
    assert max(orders.values()) > 1
    assert len(orders) == Order.objects.count()


def test_cast_cases_can_be_worked_on(undone):
    agent = User.objects.get(username="agent")
    case = Case.objects.open().filter(shop__in=agent.shops.all(), state="pending").first()
    assert case is not None
    taken = take_transition(case=case, name="agree_refund", by=agent, at=AT, now=AT)
    assert taken.state == "refunding"
    assert verify(case=taken) == taken.ledger_seq


def test_new_cases_get_numbers_after_the_cast_ones(undone):
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first()
    shop = Shop.objects.filter(platform="pinduoduo").first()
    assert make_case(shop).pk > last


@pytest.mark.django_db
def test_a_batch_is_the_same_wherever_it_is_cast():
    """In another process, without the batches before it."""
    load_packs()
    here = caster()
    here.batch(0, 50)
    there = pickle.loads(pickle.dumps(caster()))  # noqa: S301 - our own
    assert there.batch(1, 50) == here.batch(1, 50)
    assert there.batch(2, 50) != here.batch(1, 50)


@pytest.mark.django_db
def test_two_processes_cast_what_one_does():
    load_packs()
    sizes = [50, 50, 20]
    assert list(batches(caster(), sizes, processes=2)) == list(batches(caster(), sizes, processes=1))


@pytest.mark.django_db
def test_no_event_of_a_batch_is_in_the_future():
    load_packs()
    _orders, _parcels, _cases, events, _deadlines = caster().batch(0, 50)
    moments = [value for row in events for value in row if hasattr(value, "tzinfo")]
    assert max(moments) <= AT
    assert min(moments) > AT - timedelta(days=200)
