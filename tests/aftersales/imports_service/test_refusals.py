"""What a whole file shows is refused at once, and nothing is changed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.errors import DeskError, NotAllowed, PolicyRefused
from aftersales.imports import errors
from aftersales.models import Shop
from aftersales.services.imports import import_file, start_import
from tests.aftersales.imports.shapes import DOUYIN, SAMPLES, TAOBAO, csv_text, write_bytes
from tests.aftersales.imports_service.records import counts, everything
from tests.factories import make_agent, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db

WHOLE_FILES: dict[str, tuple[bytes, type[DeskError]]] = {
    "too large": (b"x" * 50_000_001, errors.FileTooLarge),
    "empty": (b"", errors.EmptyFile),
    "header only": (csv_text(DOUYIN).splitlines()[0].encode(), errors.EmptyFile),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, errors.UnreadableFile),
    "broken workbook": (b"PK\x03\x04" + b"\x00" * 100, errors.UnreadableFile),
    "unknown columns": ("姓名,年龄\n张三,3\n".encode(), errors.UnknownShape),
    "another platform": ((SAMPLES / "pinduoduo_refund_list.jsonl").read_bytes(), errors.WrongShop),
}


def stored() -> int:
    storage = storages["imports"]
    return len(storage.listdir("")[1]) if storage.exists("") else 0


@pytest.fixture(params=WHOLE_FILES)
def refused(request) -> tuple[bytes, type[DeskError]]:
    return WHOLE_FILES[request.param]


def test_file_is_refused_by_the_command_path(refused, douyin_shop, tmp_path):
    content, error = refused
    before = everything()
    with pytest.raises(error) as caught:
        import_file(path=write_bytes(tmp_path, "x.csv", content), file_name="x.csv", shop=douyin_shop, by=None, now=AT)
    assert str(caught.value)
    assert everything() == before


def test_upload_is_refused_at_once_and_leaves_neither_job_nor_file(refused, douyin_shop):
    content, error = refused
    agent = make_agent(douyin_shop)
    before, files = everything(), stored()
    with pytest.raises(error):
        start_import(shop=douyin_shop, upload=SimpleUploadedFile("x.csv", content), file_name="x.csv", by=agent, now=AT)
    assert (everything(), stored()) == (before, files)


def test_person_of_another_shop_may_not_import(douyin_shop):
    stranger = make_agent(make_shop("douyin"))
    upload = SimpleUploadedFile("x.csv", csv_text(DOUYIN).encode())
    with pytest.raises(NotAllowed):
        start_import(shop=douyin_shop, upload=upload, file_name="x.csv", by=stranger, now=AT)


def test_shop_whose_platform_has_no_rules_is_refused(tmp_path):
    shop = Shop.objects.create(code="x", name="x", platform="elsewhere")
    with pytest.raises(PolicyRefused):
        import_file(path=tmp_path / "x", file_name="x", shop=shop, by=None, now=AT)


def named(tmp_path: Path, *names: str) -> dict[str, Any]:
    records = [{**DOUYIN, "售后单号": f"756212892640773908{n}", "店铺名称": name} for n, name in enumerate(names)]
    return {"path": write_bytes(tmp_path, "x.csv", csv_text(*records).encode()), "file_name": "x.csv"}


def test_file_of_another_of_our_shops_is_refused_by_its_shop_column(douyin_shop, tmp_path):
    other = make_shop("douyin")
    before = everything()
    with pytest.raises(errors.WrongShop) as caught:
        import_file(**named(tmp_path, douyin_shop.name, other.name), shop=douyin_shop, by=None, now=AT)
    assert other.name in str(caught.value)
    assert everything() == before
    upload = SimpleUploadedFile("x.csv", (tmp_path / "x.csv").read_bytes())
    with pytest.raises(errors.WrongShop):
        start_import(shop=douyin_shop, upload=upload, file_name="x", by=make_agent(douyin_shop), now=AT)


def test_file_that_names_this_shop_is_taken_and_an_unknown_name_is_pointed_out(douyin_shop, tmp_path):
    report = import_file(**named(tmp_path, douyin_shop.name, douyin_shop.code), shop=douyin_shop, by=None, now=AT)
    assert (counts(report), report.warnings) == ({"created": 2}, [])
    report = import_file(**named(tmp_path, "某某旗舰店"), shop=douyin_shop, by=None, now=AT)
    assert [(warning["code"], warning["row"], warning["field"]) for warning in report.warnings] == [
        ("unknown_shop", 2, "店铺名称")
    ]


def test_records_of_the_shops_other_shape_are_taken(tmall, tmp_path):
    path = write_bytes(
        tmp_path, "x.csv", csv_text({k: v for k, v in TAOBAO.items() if k != "refund_remind_timeout"}).encode("gb18030")
    )
    assert counts(import_file(path=path, file_name="x.csv", shop=tmall, by=None, now=AT)) == {"created": 1}
