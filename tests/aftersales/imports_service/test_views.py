"""The import pages: who may see them, what an upload answers, how progress is polled."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.models import Case, ImportJob
from aftersales.services.imports import run_import, start_import
from tests.aftersales.imports_service.records import everything, taobao
from tests.factories import make_agent, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db


def file_of(*records, name: str = "售后导出.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(json.dumps(record) for record in records).encode())


@pytest.fixture
def agent(tmall):
    return make_agent(tmall)


@pytest.fixture
def client(agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def job(tmall, agent) -> ImportJob:
    upload = file_of(taobao(), taobao(refund_id="1"))
    return start_import(shop=tmall, upload=upload, file_name="售后导出.jsonl", by=agent, now=AT)


@pytest.mark.parametrize("name", ["imports", "import_detail"])
def test_pages_ask_for_a_login(name, job):
    address = reverse(name, args=[job.pk] if name == "import_detail" else [])
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_imports_of_other_shops_are_not_there(job):
    client = Client()
    client.force_login(make_agent(make_shop("tmall")))
    assert client.get(reverse("import_detail", args=[job.pk])).status_code == 404
    assert job.file_name not in client.get(reverse("imports")).text


def test_import_that_does_not_exist_is_not_there(client):
    assert client.get(reverse("import_detail", args=[uuid4()])).status_code == 404


def test_upload_starts_an_import_and_leads_to_it(client, tmall):
    answer = client.post(reverse("imports"), {"shop": tmall.code, "file": file_of(taobao())})
    job = ImportJob.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("import_detail", args=[job.pk]))
    assert (job.file_name, job.is_dry_run) == ("售后导出.jsonl", False)


def test_dry_run_is_a_tick(client, tmall):
    client.post(reverse("imports"), {"shop": tmall.code, "file": file_of(taobao()), "dry_run": "on"})
    assert ImportJob.objects.get().is_dry_run


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"a,b\n1,2\n", 422), (b"\x89PNG\r\n\x1a\n\x00", 415), (b"x" * 20_000_001, 413)],
    ids=["empty", "unknown", "picture", "too large"],
)
def test_file_that_cannot_be_taken_is_refused_with_the_form(client, tmall, content, status):
    before = everything()
    answer = client.post(reverse("imports"), {"shop": tmall.code, "file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == status
    assert "errorlist" in answer.text
    assert everything() == before


def test_upload_into_a_shop_of_others_is_refused(client):
    other = make_shop("tmall")
    answer = client.post(reverse("imports"), {"shop": other.code, "file": file_of(taobao())})
    assert answer.status_code == 422
    assert not ImportJob.objects.exists()


def test_waiting_import_is_polled_and_a_finished_one_is_not(client, job):
    address = reverse("import_detail", args=[job.pk])
    waiting = client.get(address, headers={"HX-Request": "true"}).text
    assert waiting.lstrip().startswith("<div")
    assert f'hx-get="{address}"' in waiting
    run_import(job_id=job.pk, now=AT)
    done = client.get(address, headers={"HX-Request": "true"}).text
    assert "hx-get" not in done
    assert "refund_id" in done


def test_whole_page_lists_refused_rows_in_the_readers_language(client, job):
    run_import(job_id=job.pk, now=AT)
    (entry,) = ImportJob.objects.get().report["rejected"]
    chinese = client.get(reverse("import_detail", args=[job.pk])).text
    assert entry["message"]["zh-hans"] in chinese
    english = client.get(reverse("import_detail", args=[job.pk]), headers={"Accept-Language": "en"}).text
    assert entry["message"]["en"] in english


def test_list_shows_the_newest_first_and_goes_on_by_pages(client, tmall, agent):
    for number in range(32):
        start_import(
            shop=tmall,
            upload=file_of(taobao()),
            file_name=f"n{number}.jsonl",
            by=agent,
            now=AT + timedelta(minutes=number),
        )
    first = client.get(reverse("imports"))
    assert [run.filename for run in first.context["runs"]][:2] == ["n31.jsonl", "n30.jsonl"]
    second = client.get(f"{reverse('imports')}?{first.context['next_query']}")
    assert [run.filename for run in second.context["runs"]] == ["n1.jsonl", "n0.jsonl"]
    assert second.context["next_query"] == ""


def test_list_costs_the_same_queries_for_one_import_and_for_many(client, tmall, agent, django_assert_max_num_queries):
    for number in range(20):
        start_import(shop=tmall, upload=file_of(taobao()), file_name=f"{number}.jsonl", by=agent, now=AT)
    with django_assert_max_num_queries(12):
        client.get(reverse("imports"))


def test_page_and_name_of_a_hostile_file_are_escaped(client, tmall):
    upload = SimpleUploadedFile("x.jsonl", json.dumps(taobao(refund_id="<script>1</script>")).encode())
    upload.name = "<img src=x>.jsonl"
    client.post(reverse("imports"), {"shop": tmall.code, "file": upload})
    job = run_import(job_id=ImportJob.objects.get().pk, now=AT)
    page = client.get(reverse("import_detail", args=[job.pk])).text
    assert "<img src=x>" not in page
    assert "<script>1" not in page
    assert not Case.objects.exists()
