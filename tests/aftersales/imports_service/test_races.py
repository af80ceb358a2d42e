"""The same file twice at once: no case twice, none lost; the unique constraint decides."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from aftersales.imports.report import Report
from aftersales.models import Case, Order, Shop
from aftersales.services.imports import import_file
from aftersales.services.ledger import verify
from tests.aftersales.imports_service.records import counts, taobao
from tests.factories import make_shop
from tests.instants import AT

CASES = 60


def write(path: Path, *, reverse: bool, **changes) -> Path:
    numbers = range(CASES)
    records = [
        taobao(**changes, refund_id=f"2468311590755{one:05d}", tid=f"37495096079007{one // 2:05d}", sid=f"SF{one:013d}")
        for one in (reversed(numbers) if reverse else numbers)
    ]
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def at_once(shop: Shop, *paths: Path) -> list[Report]:
    start = Barrier(len(paths))

    def bring(path: Path) -> Report:
        try:
            start.wait(timeout=30)
            return import_file(path=path, file_name=path.name, shop=shop, by=None, now=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(bring, paths))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reverse", [False, True], ids=["same order", "opposite order"])
def test_one_file_twice_at_once_opens_each_case_once(tmp_path, reverse):
    shop = make_shop("tmall")
    first, second = write(tmp_path / "a.jsonl", reverse=False), write(tmp_path / "b.jsonl", reverse=reverse)
    reports = at_once(shop, first, second)

    assert Case.objects.count() == CASES
    assert Order.objects.count() == CASES / 2
    assert sum(report.counts["created"] for report in reports) == CASES
    assert sum(report.counts["unchanged"] for report in reports) == CASES
    assert not any(report.rejected for report in reports)
    assert verify() > 0


@pytest.mark.django_db(transaction=True)
def test_one_update_twice_at_once_is_recorded_once(tmp_path):
    shop = make_shop("tmall")
    at_once(shop, write(tmp_path / "a.jsonl", reverse=False))
    moved = {"status": "SUCCESS", "modified": "12:00:00"}
    first = write(tmp_path / "b.jsonl", reverse=False, **moved)
    second = write(tmp_path / "c.jsonl", reverse=True, **moved)
    reports = at_once(shop, first, second)

    assert sum(report.counts["updated"] for report in reports) == CASES
    assert sum(report.counts["unchanged"] for report in reports) == CASES
    for case in Case.objects.all():
        assert case.state == "refunded"
        assert case.events.filter(type="refund.succeeded").count() == 1
    assert verify() > 0


@pytest.mark.django_db(transaction=True)
def test_bad_row_in_the_middle_rolls_back_nothing_else(tmp_path):
    shop = make_shop("tmall")
    path = write(tmp_path / "a.jsonl", reverse=False)
    lines = path.read_text().splitlines()
    lines[30] = json.dumps({**json.loads(lines[30]), "num": 99_999_999_999})
    path.write_text("\n".join(lines))
    report = import_file(path=path, file_name="a.jsonl", shop=shop, by=None, now=AT)
    refused = 1 if connection.vendor == "postgresql" else 0  # SQLite holds any number
    assert counts(report) == {"created": CASES - refused, **({"rejected": 1} if refused else {})}
    assert Case.objects.count() == CASES - refused
