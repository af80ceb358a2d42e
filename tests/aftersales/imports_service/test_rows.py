"""Bad rows never stop good ones, and everything that a row may hold can be kept."""

import json
from datetime import timedelta

import pytest

from aftersales.models import Case, Order
from aftersales.services.imports import import_file
from tests.aftersales.imports.shapes import DOUYIN, PDD_LIST, write_csv
from tests.aftersales.imports_service.records import counts, taobao, the_case
from tests.factories import make_case
from tests.instants import AT

pytestmark = pytest.mark.django_db


def test_bad_rows_are_listed_with_row_field_and_reason_in_both_languages(tmall, bring):
    report = bring(tmall, taobao(), taobao(refund_id="x"), taobao(refund_id="246831159075599999", created="morgen"))
    assert counts(report) == {"created": 1, "rejected": 2}
    listed = report.as_json()["rejected"]
    assert [(entry["row"], entry["field"], entry["code"]) for entry in listed] == [
        (2, "refund_id", "placeholder_id"),
        (3, "created", "bad_time"),
    ]
    assert all(set(entry["message"]) == {"zh-hans", "en"} for entry in listed)


def test_row_of_the_future_is_refused_and_the_others_are_taken(tmall, bring):
    later = taobao(modified="2026-03-02 10:00:01", refund_id="246831159075599999")
    report = bring(tmall, later, taobao(), now=AT)
    assert counts(report) == {"created": 1, "rejected": 1}
    (entry,) = report.rejected
    assert (entry["row"], entry["code"]) == (1, "future")


def test_value_that_no_column_can_hold_is_refused_alone(tmall, bring):
    report = bring(tmall, taobao(num=99_999_999_999), taobao(refund_id="246831159075599999"))
    assert counts(report) in ({"created": 1, "rejected": 1}, {"created": 2})  # SQLite holds any number
    assert Case.objects.filter(platform_case_no="246831159075599999").exists()


def test_long_texts_and_broken_characters_are_kept_as_far_as_they_fit(tmall, bring):
    record = taobao("S" * 300, reason="因" * 400, title="货\x00\ud800" * 400, buyer_nick="某" * 200)
    assert counts(bring(tmall, record)) == {"created": 1}
    case = the_case(tmall)
    assert (len(case.reason), len(case.platform_status), len(case.order.product)) == (200, 200, 300)
    assert "\x00" not in case.order.product
    assert counts(bring(tmall, record)) == {"unchanged": 1}


def test_total_and_blank_rows_are_no_cases(douyin_shop, tmp_path):
    total = {**dict.fromkeys(DOUYIN, ""), "售后单号": "合计", "应付金额（元）": "1219.99"}
    path = write_csv(tmp_path, DOUYIN, total)
    report = import_file(path=path, file_name="a.csv", shop=douyin_shop, by=None, now=AT)
    assert counts(report) == {"created": 1, "ignored": 1}
    assert report.as_json()["ignored"] == {"total_row": 1}


def test_one_case_on_two_rows_is_taken_as_its_later_row_says(tmall, bring):
    report = bring(tmall, taobao(), taobao("CLOSED", "09:30:00"))
    assert counts(report) == {"created": 1, "ignored": 1}
    assert [warning["code"] for warning in report.warnings] == ["conflicting_rows"]
    assert the_case(tmall).state == "resolved"


def test_case_that_was_made_by_hand_is_found_by_its_number(tmall, bring):
    case = make_case(tmall, platform_case_no="246831159075593713", order_no="3749509607900765132")
    assert counts(bring(tmall, taobao())) == {"updated": 1}
    case.refresh_from_db()
    assert (case.platform_status, case.state) == ("WAIT_SELLER_AGREE", "pending")


def test_same_number_in_two_shops_is_two_cases(pinduoduo, tmall, bring):
    other = type(tmall).objects.create(code="second", name="二店", platform="tmall")
    bring(tmall, taobao())
    assert counts(bring(other, taobao())) == {"created": 1}
    assert Case.objects.count() == Order.objects.count() == 2


def test_order_is_filled_by_whichever_of_its_cases_knows_more(pinduoduo, bring):
    bare = {**PDD_LIST, "order_amount": "", "goods_name": "", "tracking_number": "SF1234567890123"}
    fuller = {**PDD_LIST, "id": "15669211133", "tracking_number": "SF1234567890123", "tracking_company": "顺丰"}
    assert counts(bring(pinduoduo, bare, fuller)) == {"created": 2}
    order = Order.objects.get()
    assert (order.product, str(order.amount), order.cases.count()) == ("牛仔短裤", "19.99", 2)
    assert order.shipments.get().courier == "顺丰"
    assert counts(bring(pinduoduo, bare, fuller)) == {"unchanged": 2}


def test_case_without_an_amount_is_taken(pinduoduo, bring):
    assert counts(bring(pinduoduo, {**PDD_LIST, "refund_amount": "", "order_amount": ""})) == {"created": 1}
    case = the_case(pinduoduo)
    assert (case.refund_amount, case.order.amount, case.amount_at_risk) == (None, None, 0)


def test_dry_run_says_what_the_real_run_does(tmall, bring):
    bring(tmall, taobao(), taobao(refund_id="246831159075590002"), now=AT - timedelta(hours=1))
    mixed = [
        taobao("SUCCESS", "12:00:00"),
        taobao(refund_id="246831159075590002"),
        taobao(refund_id="246831159075590003"),
        taobao(refund_id="1"),
    ]
    versions = list(Case.objects.values_list("version", "state", "ledger_head"))
    rehearsed = bring(tmall, *mixed, now=AT, dry_run=True)
    assert list(Case.objects.values_list("version", "state", "ledger_head")) == versions
    real = bring(tmall, *mixed, now=AT)
    assert counts(rehearsed) == counts(real) == {"created": 1, "updated": 1, "unchanged": 1, "rejected": 1}
    assert {**rehearsed.as_json(), "is_dry_run": False} == real.as_json()


def test_report_survives_json(tmall, bring):
    report = bring(tmall, taobao("WAIT_FOR_GODOT"), taobao(refund_id="1"))
    kept = json.loads(json.dumps(report.as_json()))
    assert type(report).from_json(kept).as_json() == report.as_json()
