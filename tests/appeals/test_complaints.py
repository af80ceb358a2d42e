"""Malicious-order complaints (PD-29 to PD-32, A10): up to 20 orders, ten filings a calendar month and shop."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections

from aftersales.enums import EventType, Kind
from aftersales.errors import NotAllowed, Unprocessable
from aftersales.models import CaseEvent
from aftersales.services.ledger import verify
from appeals.claims import DraftChange, QuotaUse
from appeals.errors import AppealExists, NotReady
from appeals.models import Appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import cases_of, loaded
from appeals.selectors.quotas import quota_lines, used_this_month
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import Result, record_outcome, submit_appeal, withdraw_appeal
from tests.appeals.conftest import STATEMENT
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT, SHANGHAI

TICK = timedelta(microseconds=1)
TYPE = "malicious_order"


@pytest.fixture
def complain(shop, agent, add_file, build):
    """A complaint that is ready to be filed, about a case of its own."""

    def complain(*, at=AT, shop=shop, by=agent):
        case = make_case(shop, by)
        add_file(case)
        appeal = open_appeal(case=case, type=TYPE, by=by, now=at)
        update_appeal(appeal=appeal, change=DraftChange(ground="extortion", statement=STATEMENT), by=by, now=at)
        build(appeal, now=at)
        return appeal

    return complain


@pytest.fixture
def filed(shop, agent, build):
    """Filed complaints, without their files: what a quota counts."""

    def filed(count, *, at, shop=shop, state="submitted"):
        policy = open_appeal(case=make_case(shop, agent), type=TYPE, by=agent, now=AT).policy
        for _ in range(count):
            Appeal.objects.create(
                case=make_case(shop, agent),
                type=TYPE,
                policy=policy,
                state=state,
                opened_at=at,
                opened_by=agent,
                changed_at=at,
                submitted_at=at,
                submitted_by=agent,
            )

    return filed


def fresh(appeal) -> Appeal:
    return loaded(Appeal.objects.filter(pk=appeal.pk)).get()


def cases(shop, agent, count):
    return [make_case(shop, agent) for _ in range(count)]


@pytest.mark.parametrize("kind", list(Kind))
def test_complaint_is_open_for_every_kind_of_case(shop, agent, kind):
    """PD-29: against extortion and retaliation, whatever became of the order."""
    appeal = open_appeal(case=make_case(shop, agent, kind=kind), type=TYPE, by=agent, now=AT)
    assert (appeal.window, appeal.items.count()) == (None, 0)


def test_complaint_takes_twenty_orders_and_no_more(shop, agent, complain):
    """PD-32."""
    appeal, others = complain(), cases(shop, agent, 20)
    update_appeal(appeal=appeal, change=DraftChange(further=tuple(c.pk for c in others[:19])), by=agent, now=AT)
    assert [case.pk for case in cases_of(fresh(appeal))] == [appeal.case_id, *(case.pk for case in others[:19])]
    with pytest.raises(Unprocessable, match="20"):
        update_appeal(appeal=appeal, change=DraftChange(further=tuple(c.pk for c in others)), by=agent, now=AT)
    assert len(cases_of(fresh(appeal))) == 20


def test_each_order_counts_once(shop, agent, complain):
    """PD-32: two cases of one order are one order."""
    appeal = complain()
    same = make_case(shop, agent, order_no=appeal.case.order.platform_order_no)
    other = make_case(shop, agent)
    for further in ((same.pk,), (other.pk, other.pk), (appeal.case_id,)):
        with pytest.raises(Unprocessable) as refused:
            update_appeal(appeal=appeal, change=DraftChange(further=further), by=agent, now=AT)
        assert "cases" in refused.value.fields


def test_orders_of_another_shop_are_refused(agent, complain):
    elsewhere = make_case(make_shop(), None)
    with pytest.raises((Unprocessable, NotAllowed)):
        update_appeal(appeal=complain(), change=DraftChange(further=(elsewhere.pk,)), by=agent, now=AT)


def test_case_takes_part_in_one_open_complaint(shop, agent, complain):
    first, second, (other,) = complain(), complain(), cases(shop, agent, 1)
    update_appeal(appeal=first, change=DraftChange(further=(other.pk,)), by=agent, now=AT)
    for further in ((other.pk,), (first.case_id,)):
        with pytest.raises(Unprocessable):
            update_appeal(appeal=second, change=DraftChange(further=further), by=agent, now=AT)
    with pytest.raises(AppealExists):
        open_appeal(case=other, type=TYPE, by=agent, now=AT)
    withdraw_appeal(appeal=first, by=agent, now=AT)
    update_appeal(appeal=second, change=DraftChange(further=(other.pk,)), by=agent, now=AT)


def test_other_types_take_one_case(shop, agent, draft):
    (other,) = cases(shop, agent, 1)
    with pytest.raises(Unprocessable):
        update_appeal(appeal=draft, change=DraftChange(further=(other.pk,)), by=agent, now=AT)


def test_order_that_is_added_brings_its_proof_and_takes_it_away_again(shop, agent, complain, add_file):
    appeal, (other,) = complain(), cases(shop, agent, 1)
    item = add_file(other)
    update_appeal(appeal=appeal, change=DraftChange(further=(other.pk,)), by=agent, now=AT)
    assert item.pk in {piece.item_id for piece in fresh(appeal).pieces.all()}
    update_appeal(appeal=appeal, change=DraftChange(further=()), by=agent, now=AT)
    assert item.pk not in {piece.item_id for piece in fresh(appeal).pieces.all()}


def test_filing_is_written_into_every_case(shop, agent, complain, build):
    appeal, others = complain(), cases(shop, agent, 3)
    update_appeal(appeal=appeal, change=DraftChange(further=tuple(c.pk for c in others)), by=agent, now=AT)
    build(appeal)
    submit_appeal(appeal=appeal, by=agent, now=AT)
    record_outcome(appeal=appeal, results={"": Result("won")}, by=agent, at=AT, now=AT)
    for type in (EventType.APPEAL_SUBMITTED, EventType.APPEAL_DECIDED):
        told = set(CaseEvent.objects.filter(type=type).values_list("case_id", flat=True))
        assert told == {appeal.case_id, *(case.pk for case in others)}
    for case in others:
        verify(case=case)


def test_tenth_filing_of_a_month_is_the_last(complain, filed, agent):
    """PD-31."""
    filed(9, at=AT)
    submit_appeal(appeal=complain(), by=agent, now=AT)
    with pytest.raises(NotReady) as refused:
        submit_appeal(appeal=complain(), by=agent, now=AT)
    assert list(refused.value.fields) == ["quota"]


def test_quota_counts_filings_not_orders(shop, agent, complain, filed, build):
    """A10: one filing about five orders uses one."""
    filed(8, at=AT)
    appeal = complain()
    further = tuple(case.pk for case in cases(shop, agent, 4))
    update_appeal(appeal=appeal, change=DraftChange(further=further), by=agent, now=AT)
    build(appeal)
    submit_appeal(appeal=appeal, by=agent, now=AT)
    assert standing_of(fresh(complain()), AT).dossier.quota == QuotaUse(9, 10)


def test_won_complaint_gives_its_place_back(complain, filed, agent):
    """PD-30: a won one is not counted; a lost one is."""
    filed(9, at=AT)
    first, second = complain(), complain()
    submit_appeal(appeal=first, by=agent, now=AT)
    record_outcome(appeal=first, results={"": Result("lost")}, by=agent, at=AT, now=AT)
    with pytest.raises(NotReady):
        submit_appeal(appeal=second, by=agent, now=AT)
    Appeal.objects.filter(pk=first.pk).update(state="won")
    assert submit_appeal(appeal=second, by=agent, now=AT).state == "submitted"


def test_complaint_that_was_taken_back_stays_counted(complain, filed, agent, lead):
    filed(9, at=AT)
    first = complain()
    submit_appeal(appeal=first, by=agent, now=AT)
    withdraw_appeal(appeal=first, by=lead, now=AT)
    with pytest.raises(NotReady):
        submit_appeal(appeal=complain(), by=agent, now=AT)


@pytest.mark.parametrize(
    ("filed_at", "counts"),
    [
        (datetime(2026, 3, 1, tzinfo=SHANGHAI) - TICK, False),
        (datetime(2026, 3, 1, tzinfo=SHANGHAI), True),
        (datetime(2026, 4, 1, tzinfo=SHANGHAI) - TICK, True),
        (datetime(2026, 4, 1, tzinfo=SHANGHAI), False),
    ],
)
def test_month_is_that_of_the_calendar_in_beijing(filed, shop, filed_at, counts):
    """A10: a calendar month, not 30 days."""
    filed(1, at=filed_at)
    assert used_this_month([shop.pk], AT) == ({(shop.pk, TYPE): 1} if counts else {})


def test_year_ends_a_month_too(filed, shop):
    filed(1, at=datetime(2027, 1, 1, tzinfo=SHANGHAI))
    assert used_this_month([shop.pk], datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)) == {}


def test_quota_is_a_shops_own(complain, filed, agent):
    filed(10, at=AT)
    other = make_shop()
    agent.shops.add(other)
    assert submit_appeal(appeal=complain(shop=other), by=agent, now=AT).state == "submitted"
    assert len(quota_lines(user=agent, at=AT)) == 2
    assert quota_lines(user=make_agent(make_shop()), at=AT) == []


@pytest.mark.django_db(transaction=True)
def test_two_filings_at_once_take_the_last_place_once(complain, filed, agent):
    """PD-31: the shop's row is locked, so the second one sees the first."""
    filed(9, at=AT)
    appeals = [complain(), complain()]
    start, outcomes = threading.Barrier(2), []

    def press(appeal) -> None:
        start.wait()
        try:
            outcomes.append(submit_appeal(appeal=appeal, by=agent, now=AT).state)
        except NotReady:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[appeal]) for appeal in appeals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "submitted"]


@pytest.mark.django_db(transaction=True)
def test_one_case_added_to_two_complaints_at_once_is_in_one(shop, agent, complain):
    appeals, (other,) = [complain(), complain()], cases(shop, agent, 1)
    start, outcomes = threading.Barrier(2), []

    def add(appeal) -> None:
        start.wait()
        try:
            update_appeal(appeal=appeal, change=DraftChange(further=(other.pk,)), by=agent, now=AT)
            outcomes.append("added")
        except Unprocessable:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=[appeal]) for appeal in appeals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused"]
