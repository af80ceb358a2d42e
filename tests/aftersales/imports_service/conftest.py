"""A shop of a platform, and exports brought into it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aftersales.imports.report import Report
from aftersales.models import Shop
from aftersales.services.imports import import_file
from tests.factories import make_shop
from tests.instants import AT

Bring = Callable[..., Report]


@pytest.fixture
def tmall(db) -> Shop:
    return make_shop("tmall")


@pytest.fixture
def pinduoduo(db) -> Shop:
    return make_shop("pinduoduo")


@pytest.fixture
def douyin_shop(db) -> Shop:
    return make_shop("douyin")


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Imports some records, as a file of JSON lines."""

    def bring(shop: Shop, *records: dict[str, Any], now: datetime = AT, dry_run: bool = False) -> Report:
        path = tmp_path / "records.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        return import_file(path=path, file_name=path.name, shop=shop, by=None, now=now, dry_run=dry_run)

    return bring
