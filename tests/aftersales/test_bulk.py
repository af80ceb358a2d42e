"""Many rows at once do what Django's own bulk methods do."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent, Deadline
from aftersales.services.bulk import Stamp, insert_rows, update_rows
from aftersales.services.ledger import EventDraft, chain
from tests.factories import learn, make_case
from tests.instants import AT

TRICKY = {"note": "第一行\n第二行\t\\N \"'{},", "nothing": None, "nested": {"list": [1, 2.5, True]}}


@pytest.fixture
def case(shop, agent):
    return learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)


def test_inserted_rows_are_read_as_they_were(case):
    events = chain(case=case, drafts=[EventDraft(EventType.CASE_NOTED, AT, TRICKY)], by=None, now=AT)
    insert_rows(events)
    row = CaseEvent.objects.get(case=case, type=EventType.CASE_NOTED)
    assert (row.data, row.at, row.actor, row.hash) == (TRICKY, AT, None, row.content_hash())


def test_inserted_row_that_breaks_a_constraint_is_refused(case):
    (event,) = chain(case=case, drafts=[EventDraft(EventType.CASE_NOTED, AT)], by=None, now=AT)
    event.seq = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([event])


def test_updated_rows_hold_what_was_set(case, agent):
    at = AT + timedelta(microseconds=7)
    row = case.deadlines.get()
    row.outcome, row.breached_at, row.owner_at_breach_id, row.amount_at_risk = "breached", at, agent.pk, Decimal("0.10")
    row.rule = "not_written"
    update_rows([row], ["outcome", "breached_at", "owner_at_breach_id", "amount_at_risk"])
    after = Deadline.objects.get(pk=row.pk)
    assert (after.outcome, after.breached_at, after.owner_at_breach) == ("breached", at, agent)
    assert (after.amount_at_risk, after.rule) == (Decimal("0.10"), "ticket_evidence")
    row.outcome, row.breached_at, row.owner_at_breach_id = "met", None, None
    update_rows([row], ["outcome", "breached_at", "owner_at_breach_id"])
    after.refresh_from_db()
    assert (after.outcome, after.breached_at, after.owner_at_breach) == ("met", None, None)


def test_only_rows_that_were_given_change(shop, agent, case):
    other = make_case(shop, agent)
    case.next_rule, other.next_rule = "here", "not here"
    update_rows([case], ["next_rule"])
    assert list(Case.objects.order_by("pk").values_list("next_rule", flat=True)) == ["here", ""]


def test_no_rows_are_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])
        update_rows([], ["rule"])


def test_value_that_is_too_long_is_refused_not_cut(case):
    if connection.vendor != "postgresql":
        return  # SQLite knows no lengths
    case.next_rule = "x" * 61
    with pytest.raises(DataError), transaction.atomic():
        update_rows([case], ["next_rule"])


def test_stamp_makes_what_the_constructor_makes():
    made, stamped = CaseEvent(seq=3, type="case.noted"), Stamp(CaseEvent)(seq=3, type="case.noted")
    assert {**vars(made), "_state": None} == {**vars(stamped), "_state": None}


def test_stamp_defers_what_was_not_read(case):
    row = Stamp(Case).read({"id": case.pk, "version": 99})
    assert (row.version, row.platform_case_no, row.get_deferred_fields() >= {"reason"}) == (
        99,
        case.platform_case_no,
        True,
    )
