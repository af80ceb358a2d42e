from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from aftersales.models import Case, ImportJob
from aftersales.services.imports import run_import
from tests.api_client import ApiClient
from tests.factories import make_agent, make_shop
from tests.instants import AT

SAMPLE = Path(__file__).parents[2] / "samples" / "pinduoduo_refund_list.jsonl"


def upload(content: bytes | None = None, name: str = "refunds.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SAMPLE.read_bytes() if content is None else content)


@pytest.fixture
def short() -> bytes:
    return b"".join(SAMPLE.read_bytes().splitlines(keepends=True)[:20])


def test_import_is_queued_then_reported(owner, shop, short, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.upload("imports", file=upload(short), shop=shop.code)
    assert answer.status_code == 202, answer.content
    said = answer.json()
    assert (said["state"], said["shop"], said["file_name"], said["percent"]) == (
        "queued",
        shop.code,
        "refunds.jsonl",
        0,
    )
    assert OrmQ.objects.count() == 1
    run_import(job_id=said["id"], now=AT)
    done = owner.get(f"imports/{said['id']}").json()
    assert (done["state"], done["percent"], done["rows_done"]) == ("done", 100, 20)
    assert done["created"] == Case.objects.count() > 0
    assert done["created"] + done["updated"] + done["unchanged"] + done["rejected"] + done["ignored"] == 20
    assert done["finished_at"] == AT.isoformat()
    assert [item["id"] for item in owner.get("imports").json()["items"]] == [said["id"]]


def test_dry_run_changes_nothing(owner, shop, short):
    said = owner.upload("imports", file=upload(short), shop=shop.code, dry_run="true").json()
    run_import(job_id=said["id"], now=AT)
    assert owner.get(f"imports/{said['id']}").json()["created"] > 0
    assert not Case.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not an export", b"\x00\x01\x02", b'{"a": 1}\n'])
def test_file_that_is_no_export_is_refused(owner, shop, content):
    answer = owner.upload("imports", file=upload(content), shop=shop.code)
    assert 400 <= answer.status_code < 500
    assert sorted(answer.json()) == ["error", "fields", "message"]
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("missing", ["file", "shop"])
def test_field_missing(owner, shop, short, missing):
    form = {"file": upload(short), "shop": shop.code}
    del form[missing]
    answer = owner.upload("imports", **form)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {missing}


def test_same_key_imports_once(owner, shop, short):
    keyed = ApiClient(headers={**owner.headers, "Idempotency-Key": "k1"})
    first, second = (keyed.upload("imports", file=upload(short), shop=shop.code) for _time in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert ImportJob.objects.count() == 1
    other = keyed.upload("imports", file=upload(short + b"\n"), shop=shop.code)
    assert other.json()["error"] == "idempotency_key_reused"


def test_import_is_seen_by_its_shop_only(owner, colleague, stranger, reader, nobody, shop, short):
    path = f"imports/{owner.upload('imports', file=upload(short), shop=shop.code).json()['id']}"
    for client in (owner, colleague, reader):
        assert client.get(path).status_code == 200
        assert len(client.get("imports").json()["items"]) == 1
    assert stranger.get(path).status_code == 404
    assert stranger.get("imports").json()["items"] == []
    assert nobody.get(path).status_code == 401
    assert owner.get(f"imports/{uuid4()}").status_code == 404


def test_import_into_a_shop_of_others(owner, reader, nobody, shop, short):
    elsewhere = make_shop()
    assert owner.upload("imports", file=upload(short), shop=elsewhere.code).status_code == 404
    assert reader.upload("imports", file=upload(short), shop=shop.code).status_code == 403
    assert nobody.upload("imports", file=upload(short), shop=shop.code).status_code == 401
    assert not ImportJob.objects.exists()


def test_import_token_narrowed(shop, short):
    other = make_shop()
    user = make_agent(shop, other)
    assert ApiClient(user, other).upload("imports", file=upload(short), shop=shop.code).status_code == 404
