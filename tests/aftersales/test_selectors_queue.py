"""Which cases a queue holds, at its boundaries, for whom, in which order."""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import EventType, Kind, State
from aftersales.errors import BadRequest
from aftersales.models import Case
from aftersales.selectors.queue import QUEUES, SORTS, QueueFilter, find_cases, queue_counts, queue_page
from aftersales.selectors.rows import case_rows
from aftersales.services.cases import assign_case, note_visit
from tests.factories import SCANNED, learn, make_agent, make_case, make_refunded_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
MIDNIGHT = AT.replace(hour=0) + 24 * HOUR


def due(shop, agent, at, *, party="merchant", **known) -> Case:
    """A case whose platform counts down to `at`."""
    case = make_case(shop, agent, **known)
    return learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=at.isoformat(), party=party)


def held_by(user, at=AT, **asked) -> dict[str, set[int]]:
    return {
        code: set(find_cases(QueueFilter(queue=code, **asked), user=user, at=at).values_list("pk", flat=True))
        for code in QUEUES
    }


def queues_of(case, user, at=AT) -> set[str]:
    return {code for code, held in held_by(user, at).items() if case.pk in held}


@pytest.mark.parametrize(
    ("left", "queues"),
    [
        (-HOUR, {"overdue"}),
        (-TICK, {"overdue"}),
        (0 * HOUR, {"due_soon", "due_today"}),
        (2 * HOUR, {"due_soon", "due_today"}),
        (2 * HOUR + TICK, {"due_today"}),
        (MIDNIGHT - AT - TICK, {"due_today"}),
        (MIDNIGHT - AT, set()),
        (90 * HOUR, set()),
    ],
)
def test_due_queues_begin_and_end_exactly(shop, agent, left, queues):
    """At its end a deadline can still be met; a microsecond later it is missed. The day is Beijing's."""
    case = due(shop, agent, AT + left)
    assert queues_of(case, agent) - {"unassigned", "all"} == queues
    assert queues_of(case, agent, at=AT.astimezone(UTC)) - {"unassigned", "all"} == queues


def test_case_has_an_owner_or_none(shop, agent):
    case = make_case(shop, agent)
    colleague = make_agent(shop)
    assert queues_of(case, agent) == {"unassigned", "all"}
    assign_case(case=case, to=agent, by=agent, now=AT)
    assert queues_of(case, agent) == {"mine", "all"}
    assert queues_of(case, colleague) == {"all"}


@pytest.mark.parametrize(
    ("kind", "step", "queue"),
    [(Kind.NOT_SHIPPED, "negotiate", "buyer"), (Kind.IN_TRANSIT, "order_intercept", "courier"),
     (Kind.RETURN_DISPUTE, "platform_step_in", "platform")],
)  # fmt: skip
def test_case_waits_for_whose_move_it_is(shop, agent, kind, step, queue):
    case = take(make_case(shop, agent, kind=kind, facts=[SCANNED]), step, agent)
    assert queues_of(case, agent) == {queue, "unassigned", "all"}
    learn(case, EventType.TICKET_OPENED, agent)
    assert queues_of(case, agent) == {"unassigned", "all"}, "a running duty of ours is our move"


def test_buyers_countdown_is_not_ours_to_keep(shop, agent):
    case = due(shop, agent, AT + HOUR, party="buyer")
    assert queues_of(case, agent) == {"buyer", "unassigned", "all"}


def test_closed_case_is_in_no_queue_but_to_appeal(shop, agent):
    case = due(shop, agent, AT - HOUR)
    take(case, "buyer_withdraw", agent)
    assert queues_of(case, agent) == set()


@pytest.mark.parametrize(("later", "held"), [(0 * HOUR, True), (48 * HOUR, True), (48 * HOUR + TICK, False)])
def test_appeal_window_is_open_to_its_end(shop, agent, later, held):
    """PD-23, A1: both ends included."""
    case = make_refunded_case(shop, agent)
    assert queues_of(case, agent, at=AT + later) == ({"to_appeal"} if held else set())


def test_counts_are_the_lists_lengths(shop, agent):
    other = make_shop("douyin")
    agent.shops.add(other)
    for hours in (-3, 1, 5, 30):
        assign_case(case=due(shop, agent, AT + hours * HOUR), to=agent, by=agent, now=AT)
        due(other, agent, AT + hours * HOUR, party="buyer")
    make_refunded_case(shop, agent)
    take(make_case(shop, agent), "platform_step_in", agent)
    due(make_shop(), make_agent(is_superuser=True), AT + HOUR)
    for user in (agent, make_agent(shop), make_agent(), make_agent(is_superuser=True)):
        with CaptureQueriesContext(connection) as queries:
            counts = queue_counts(user=user, at=AT)
        assert counts == {code: len(held) for code, held in held_by(user).items()}
        assert len(queries) == 1


def test_people_see_their_shops_cases_only(shop, agent):
    mine, other = make_case(shop, agent), make_shop()
    theirs = make_case(other)
    both = make_agent(shop, other)
    assert held_by(agent)["all"] == {mine.pk}
    assert held_by(both)["all"] == {mine.pk, theirs.pk}
    assert held_by(make_agent())["all"] == set()
    assert not find_cases(QueueFilter(q=theirs.platform_case_no), user=agent, at=AT).exists()


def test_filters_narrow(shop, agent):
    douyin = make_shop("douyin")
    agent.shops.add(douyin)
    plain = make_case(shop, agent)
    told = take(make_case(douyin, agent, kind=Kind.NOT_SHIPPED), "negotiate", agent)
    owned = assign_case(case=due(shop, agent, AT + 3 * HOUR), to=agent, by=agent, now=AT)
    missed = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent, at=AT - 90 * HOUR, now=AT)

    def found(**asked) -> set[int]:
        return held_by(agent, **asked)["all"]

    assert found(shop=shop.code) == {plain.pk, owned.pk, missed.pk}
    assert found(platform="douyin") == found(kind=Kind.NOT_SHIPPED) == found(state=State.NEGOTIATING) == {told.pk}
    assert found(assignee=agent.username) == {owned.pk}
    assert found(breached=True) == {missed.pk}
    assert found(breached=False) == {plain.pk, told.pk, owned.pk}
    assert found(due_before=AT + 3 * HOUR) == {missed.pk}
    assert found(due_before=AT + 3 * HOUR + TICK) == {missed.pk, owned.pk}
    assert found(platform="douyin", state=State.PENDING) == set()


def test_search_finds_by_any_number_also_closed_cases(shop, agent):
    case = take(make_case(shop, agent, product="保温杯 500ml"), "buyer_withdraw", agent)
    learn(case, EventType.SHIPMENT_SCANNED, agent, tracking_no="SF1234567890123")
    learn(case, EventType.SHIPMENT_SCANNED, agent, tracking_no="SF9999999999999")
    make_case(shop, agent)
    texts = [case.ref, case.ref.lower(), f" {case.ref} ", case.platform_case_no, case.order.platform_order_no,
             "SF1234567890123", "保温杯"]  # fmt: skip
    for text in texts:
        assert held_by(agent, q=text)["all"] == {case.pk}, text
        assert held_by(agent, q=text)["unassigned"] == set()


@pytest.mark.parametrize(
    "text", ["C-", "C-²", "C-" + "9" * 30, "%", "_", "' OR 1=1 --", "500ml", "不存在", "SF123456789012"]
)
def test_search_takes_any_text(shop, agent, text):
    make_case(shop, agent, product="保温杯 500ml")
    assert held_by(agent, q=text)["all"] == set()


# Orders and pages


def many(shop, agent, number=7) -> list[Case]:
    """Every second case is due, two at the same moment; amounts repeat."""
    cases = []
    for place in range(number):
        known: dict[str, Any] = {"refund_amount": Decimal(10 + place % 3), "requested_at": AT - (place % 4) * HOUR}
        if place % 2:
            cases.append(make_case(shop, agent, **known))
        else:
            cases.append(due(shop, agent, AT + (place // 4) * HOUR, **known))
    return cases


EXPECTED = {
    "urgency": lambda case: (case.next_due_at is None, case.next_due_at or AT, case.pk),
    "money": lambda case: (-case.amount_at_risk, case.next_due_at is None, case.next_due_at or AT, case.pk),
    "newest": lambda case: (AT - case.requested_at, -case.pk),
}


def walk(user, sort, limit, cursor="") -> list[int]:
    seen: list[int] = []
    while True:
        page = queue_page(QueueFilter(sort=sort, limit=limit, cursor=cursor), user=user, at=AT)
        seen += [case.pk for case in page.cases]
        cursor = page.next_cursor
        if not cursor:
            return seen


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_follow_the_order_without_gaps_or_repeats(shop, agent, sort, limit):
    many(shop, agent)
    expected = sorted(Case.objects.all(), key=EXPECTED[sort])
    assert walk(agent, sort, limit) == [case.pk for case in expected]


@pytest.mark.parametrize("sort", SORTS)
def test_cases_that_come_and_go_neither_repeat_nor_hide_others(shop, agent, sort):
    many(shop, agent)
    before = walk(agent, sort, 50)
    page = queue_page(QueueFilter(sort=sort, limit=3), user=agent, at=AT)
    due(shop, agent, AT - HOUR, refund_amount=Decimal(99))
    take(Case.objects.get(pk=before[1]), "buyer_withdraw", agent)
    rest = walk(agent, sort, 2, page.next_cursor)
    assert rest == before[3:]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("cursor", ["x", "eyJ9", "W10", "MQ", "bnVsbA", "WyJ1cmdlbmN5Il0", "W251bGwsbnVsbF0", "é", "="])
def test_page_mark_that_was_not_given_out_is_refused(shop, agent, sort, cursor):
    with pytest.raises(BadRequest) as refusal:
        queue_page(QueueFilter(sort=sort, cursor=cursor), user=agent, at=AT)
    assert refusal.value.error_code == "bad_cursor"


def test_page_mark_of_another_order_is_refused(shop, agent):
    many(shop, agent)
    mark = queue_page(QueueFilter(sort="money", limit=2), user=agent, at=AT).next_cursor
    with pytest.raises(BadRequest):
        queue_page(QueueFilter(sort="urgency", cursor=mark), user=agent, at=AT)


@pytest.mark.parametrize("asked", [{"queue": "nobody's"}, {"sort": "beauty"}])
def test_unknown_queue_or_order_is_refused(agent, asked):
    with pytest.raises(BadRequest) as refusal:
        queue_page(QueueFilter(**asked), user=agent, at=AT)
    assert list(refusal.value.fields) == list(asked)


def test_page_and_rows_cost_the_same_with_one_and_three_cases(shop, agent):
    """Style 3: a template never causes a query."""
    counts = []
    for number in (1, 2):
        for _each in range(number):
            case = assign_case(case=due(shop, agent, AT + HOUR), to=agent, by=agent, now=AT)
            note_visit(case=case, by=make_agent(shop), now=AT)
        with CaptureQueriesContext(connection) as queries:
            page = queue_page(QueueFilter(), user=agent, at=AT)
            rows = case_rows(page.cases, user=agent, at=AT)
        assert all(row.viewers and row.is_unread and row.owner_name for row in rows)
        counts.append(len(queries))
    assert len(rows) == 3
    assert counts[0] == counts[1] <= 4
