"""How much an import asks of the database: per batch, not per row, where nothing or everything is new."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.aftersales.imports_service.records import counts, taobao
from tests.instants import AT

pytestmark = pytest.mark.django_db


def records(number: int, *args, **changes):
    return [
        taobao(*args, refund_id=f"2468311590755{one:05d}", tid=f"37495096079007{one:05d}", **changes)
        for one in range(number)
    ]


def queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_new_rows_cost_queries_by_the_batch(tmall, bring):
    few = queries(lambda: bring(tmall, *records(3)))
    many = queries(lambda: bring(tmall, *records(60)[3:]))
    assert many <= few + 57 / 4, "SQLite takes an insert of many rows in several statements"


def test_rows_without_news_cost_queries_by_the_batch(tmall, bring):
    bring(tmall, *records(60))
    few = queries(lambda: bring(tmall, *records(3)))
    many = queries(lambda: bring(tmall, *records(60)))
    assert many == few <= 12


def test_changed_row_costs_a_bounded_number_of_queries(tmall, bring):
    bring(tmall, *records(12), now=AT - timedelta(hours=1))
    one = queries(lambda: bring(tmall, *records(1, "SUCCESS", "12:00:00")))
    ten = queries(lambda: bring(tmall, *records(11, "SUCCESS", "12:00:00")[1:]))
    per_row = (ten - one) / 9
    assert per_row <= 20


def test_counts_hold_over_several_batches(tmall, bring):
    assert counts(bring(tmall, *records(450))) == {"created": 450}
    assert counts(bring(tmall, *records(460))) == {"created": 10, "unchanged": 450}
