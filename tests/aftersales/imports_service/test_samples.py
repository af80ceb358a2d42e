"""The three sample files, whole: what they become, twice, and as a dry run."""

import shutil
import tempfile
from pathlib import Path

import pytest

from aftersales.enums import State
from aftersales.models import Case, CaseEvent, Deadline, Order, Shipment
from aftersales.services.imports import import_file
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from tests.aftersales.imports.shapes import SAMPLES
from tests.aftersales.imports_service.records import counts, everything
from tests.factories import make_shop
from tests.instants import AT

FILES = {
    "pinduoduo": ("pinduoduo_refund_list.jsonl", {"created": 399, "rejected": 1}),
    "douyin": ("douyin_aftersales_export.csv", {"created": 400}),
    "tmall": ("tmall_refunds_export.csv", {"created": 80}),
}


@pytest.fixture(params=FILES)
def platform(request) -> str:
    return request.param


def bring(platform: str, shop, *, dry_run: bool = False):
    name = FILES[platform][0]
    return import_file(path=SAMPLES / name, file_name=name, shop=shop, by=None, now=AT, dry_run=dry_run)


@pytest.mark.django_db
def test_sample_becomes_cases_and_a_second_import_changes_nothing(platform):
    shop = make_shop(platform)
    expected = FILES[platform][1]
    before = everything()

    assert counts(bring(platform, shop, dry_run=True)) == expected
    assert everything() == before

    assert counts(bring(platform, shop)) == expected
    assert Case.objects.filter(shop=shop).count() == expected["created"]
    after, versions = everything(), list(Case.objects.order_by("pk").values_list("version", "ledger_head"))

    again = {"unchanged": expected["created"], **({"rejected": 1} if "rejected" in expected else {})}
    assert counts(bring(platform, shop)) == again
    assert everything() == after
    assert list(Case.objects.order_by("pk").values_list("version", "ledger_head")) == versions


@pytest.mark.django_db
def test_history_raises_no_alarm_and_its_ledger_holds(platform):
    shop = make_shop(platform)
    bring(platform, shop)

    closed = Case.objects.filter(shop=shop, closed_at__isnull=False)
    assert not closed.filter(next_due_at__isnull=False).exists()
    assert not closed.filter(appeal_until__isnull=False).exists()
    assert not closed.filter(has_breach=True).exists()
    assert not closed.filter(closed_at__year=AT.year).exists()
    assert not Deadline.objects.filter(case__in=closed, outcome="running").exists()
    assert not CaseEvent.objects.filter(case__in=closed, at__year=AT.year).exists()
    assert sweep_deadlines(now=AT)["breached"] == 0
    assert verify() == CaseEvent.objects.count()


@pytest.mark.django_db
def test_history_has_the_events_its_rows_prove_and_no_other():
    shop = make_shop("pinduoduo")
    bring("pinduoduo", shop)

    case = Case.objects.get(platform_case_no="15669211132")
    events = list(case.events.order_by("seq"))
    assert [event.type for event in events] == ["refund.requested", "refund.succeeded"]
    assert {event.source for event in events} == {"import"}
    assert (case.state, case.refunded_at, case.closed_at) == (State.REFUNDED, events[1].at, events[1].at)
    window = case.deadlines.get(rule="rights_window")
    assert (window.outcome, window.started_at) == ("lapsed", events[1].at)


@pytest.mark.django_db
def test_order_with_several_cases_is_one_order_with_its_parcels():
    shop = make_shop("pinduoduo")
    bring("pinduoduo", shop)

    assert Order.objects.filter(shop=shop).count() == 391
    assert Shipment.objects.filter(order__shop=shop, direction="return").count() > 150
    assert max(order.cases.count() for order in Order.objects.filter(shop=shop)) > 1


@pytest.mark.django_db
def test_tmall_orders_without_an_amount_are_taken():
    shop = make_shop("tmall")
    report = bring("tmall", shop)

    assert not Order.objects.filter(shop=shop, amount__isnull=False).exists()
    assert {warning["code"] for warning in report.as_json()["warnings"]} == {"shipping_unknown"}


@pytest.mark.django_db
def test_open_case_of_the_past_is_overdue_since_its_due_time():
    shop = make_shop("douyin")
    bring("douyin", shop)

    case = Case.objects.get(shop=shop, closed_at__isnull=True)
    (deadline,) = case.deadlines.all()
    assert (deadline.outcome, deadline.breached_at, case.next_due_at) == ("breached", deadline.due_at, deadline.due_at)
    assert deadline.due_at.year == 2024


@pytest.mark.django_db
def test_file_in_gb18030_under_a_hostile_name_is_read_all_the_same():
    shop = make_shop("tmall")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        shutil.copy(SAMPLES / FILES["tmall"][0], path)
        report = import_file(
            path=path, file_name="../../etc/\u202ecron\x00.csv", shop=shop, by=None, now=AT, dry_run=True
        )
    assert counts(report) == {"created": 80}
