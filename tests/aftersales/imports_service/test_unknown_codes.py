"""What the desk does not know: counted in the report, shown on its page, and listed over all imports for a lead."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.imports.report import Report
from aftersales.models import ImportJob
from aftersales.services.imports import run_import, start_import
from tests.aftersales.imports.shapes import PDD_LIST
from tests.aftersales.imports_service.records import taobao
from tests.api_client import ApiClient
from tests.factories import make_agent, make_lead, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db
GODOT = "WAIT_FOR_GODOT"


def strange(number: int, status: str = GODOT, **changes):
    return taobao(status, refund_id=f"24683115907559{number:04d}", **changes)


def page(user, name: str = "imports", *args) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args)).text


def imported(shop, by, *records) -> ImportJob:
    upload = SimpleUploadedFile("a.jsonl", "\n".join(json.dumps(record) for record in records).encode())
    job = start_import(shop=shop, upload=upload, file_name="a.jsonl", by=by, now=AT)
    return run_import(job_id=job.pk, now=AT)


def test_report_counts_unknown_codes_by_column_and_value(tmall, bring):
    records = [
        *(strange(number) for number in range(3)),
        strange(3, "WAIT_SELLER_AGREE", cs_status="77"),
        strange(4, "WAIT_SELLER_AGREE", dispute_type="BARTER"),
        strange(5, "WAIT_SELLER_AGREE", dispute_type=""),
        strange(6, "WAIT_SELLER_AGREE"),
    ]
    assert bring(tmall, *records).as_json()["unknown_codes"] == [
        {"field": "status", "value": GODOT, "rows": 3},
        {"field": "cs_status", "value": "77", "rows": 1},
        {"field": "dispute_type", "value": "BARTER", "rows": 1},
    ]


def test_status_of_another_kind_is_counted_as_well(pinduoduo, bring):
    """2A: 31 已同意拒收退款 says nothing of a return."""
    record = {**PDD_LIST, "after_sales_type": 3, "after_sales_status": 31}
    assert bring(pinduoduo, record).as_json()["unknown_codes"] == [
        {"field": "after_sales_status", "value": "31", "rows": 1}
    ]


def test_report_goes_on_with_its_unknown_codes(tmall, bring):
    report = bring(tmall, strange(1))
    assert Report.from_json(report.as_json()).as_json() == report.as_json()
    old = {name: value for name, value in report.as_json().items() if name != "unknown_codes"}
    assert not Report.from_json(old).unknown_codes


def test_report_page_shows_unknown_codes(tmall):
    agent = make_agent(tmall)
    job = imported(tmall, agent, strange(1), strange(2))
    shown = page(agent, "import_detail", job.pk)
    assert 'id="unknown_codes"' in shown
    assert GODOT in shown
    clean = imported(tmall, agent, strange(3, "WAIT_SELLER_AGREE"))
    assert 'id="unknown_codes"' not in page(agent, "import_detail", clean.pk)


def test_lead_sees_the_statuses_that_nobody_could_place(tmall):
    lead, agent = make_lead(tmall), make_agent(tmall)
    assert 'id="unknown_statuses"' not in page(lead)
    imported(tmall, agent, strange(1), strange(2), strange(3, "待外星人处理"))
    shown = page(lead)
    assert shown.index(GODOT) < shown.index("待外星人处理")
    assert 'id="unknown_statuses"' not in page(agent)
    assert 'id="unknown_statuses"' not in page(make_lead(make_shop("tmall")))


def test_list_costs_two_queries_more_for_a_lead(tmall, django_assert_max_num_queries):
    lead = make_lead(tmall)
    imported(tmall, lead, *(strange(number, f"S{number}") for number in range(30)))
    client = Client()
    client.force_login(lead)
    with django_assert_max_num_queries(14):
        client.get(reverse("imports"))


def test_api_lists_both(tmall):
    agent = make_agent(tmall)
    job = imported(tmall, agent, strange(1), strange(2))
    api = ApiClient(agent)
    assert api.get("imports").json()["unknown_statuses"] == [{"platform": "tmall", "status": GODOT, "cases": 2}]
    assert api.get(f"imports/{job.pk}").json()["unknown_codes"] == [{"field": "status", "value": GODOT, "rows": 2}]
    assert ApiClient(make_agent(make_shop())).get("imports").json()["unknown_statuses"] == []


def test_status_counts_no_more_once_it_is_known_or_the_case_is_closed(tmall, bring):
    agent = make_agent(tmall)
    bring(tmall, strange(1), strange(2), now=AT)
    bring(tmall, strange(1, "CLOSED", modified="10:00:00"), now=AT)
    answer = ApiClient(agent).get("imports").json()["unknown_statuses"]
    assert answer == [{"platform": "tmall", "status": GODOT, "cases": 1}]
