"""An import as a job: kept, queued, taken in by the worker, gone on with after a crash, never stuck."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from aftersales import tasks
from aftersales.enums import ImportState
from aftersales.errors import NotFound
from aftersales.models import Case, ImportJob
from aftersales.services import imports
from aftersales.services.imports import clean_name, fail_dead_imports, run_import, start_import
from tests.aftersales.imports_service.records import taobao
from tests.factories import make_agent
from tests.instants import AT

pytestmark = pytest.mark.django_db


def upload_of(*records) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jsonl", "\n".join(json.dumps(record) for record in records).encode())


def records(number: int):
    return [taobao(refund_id=f"2468311590755{one:05d}", tid=f"37495096079007{one:05d}") for one in range(number)]


def start(shop, *rows, **options) -> ImportJob:
    return start_import(
        shop=shop, upload=upload_of(*rows), file_name="售后 导出.jsonl", by=make_agent(shop), now=AT, **options
    )


def test_upload_is_kept_and_queued_once_the_job_is_committed(tmall, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        job = start(tmall, taobao())
    assert (job.state, job.file_name, job.is_dry_run) == (ImportState.QUEUED, "售后 导出.jsonl", False)
    assert storages["imports"].exists(job.file_key)
    assert not OrmQ.objects.exists()
    (queue,) = callbacks
    queue()
    assert OrmQ.objects.get().func() == "aftersales.tasks.run_import"


def test_job_ends_with_its_report(tmall):
    job = start(tmall, *records(3), taobao(refund_id="1"), taobao("WAIT_FOR_GODOT"))
    job = run_import(job_id=job.pk, now=AT)
    assert (job.state, job.done_rows, job.total_rows, job.finished_at) == (ImportState.DONE, 5, 5, AT)
    job.refresh_from_db()
    assert job.report["counts"] == {"created": 4, "updated": 0, "unchanged": 0, "rejected": 1, "ignored": 0}
    assert job.report["unknown_statuses"] == [{"status": "WAIT_FOR_GODOT", "rows": 1}]
    assert {event.actor_id for case in Case.objects.all() for event in case.events.all()} == {job.created_by_id}


def test_dry_job_writes_its_report_and_nothing_else(tmall):
    job = run_import(job_id=start(tmall, *records(3), dry_run=True).pk, now=AT)
    assert job.report["counts"]["created"] == 3
    assert not Case.objects.exists()


def test_job_that_gives_way_goes_on_where_it_was(tmall, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 4)
    job = start(tmall, taobao(refund_id="1"), *records(10))
    moments = iter([0.0, *([0.0] * 2), 10.0])
    monkeypatch.setattr(imports, "monotonic", lambda: next(moments))
    job = run_import(job_id=job.pk, now=AT, seconds=5)
    assert (job.state, job.done_rows, job.total_rows) == (ImportState.RUNNING, 9, 11)
    monkeypatch.undo()
    job = run_import(job_id=job.pk, now=AT)
    assert (job.state, job.done_rows) == (ImportState.DONE, 11)
    assert job.report["counts"] == {"created": 10, "updated": 0, "unchanged": 0, "rejected": 1, "ignored": 0}
    assert len(job.report["rejected"]) == 1


def test_job_whose_worker_died_is_run_again_without_taking_a_row_twice(tmall):
    job = start(tmall, *records(5))
    # All was written when the worker died, but not that it was.
    path = Path(storages["imports"].path(job.file_key))
    imports.import_file(path=path, file_name="x", shop=tmall, by=None, now=AT)
    job.state = ImportState.RUNNING
    job.save()
    job = run_import(job_id=job.pk, now=AT)
    assert (job.state, job.report["counts"]["unchanged"]) == (ImportState.DONE, 5)
    assert Case.objects.count() == 5


def test_finished_job_is_not_run_again(tmall):
    job = run_import(job_id=start(tmall, *records(2)).pk, now=AT)
    again = run_import(job_id=job.pk, now=AT + timedelta(hours=1))
    assert again.finished_at == AT


def test_job_of_a_broken_file_fails_with_the_reason_in_both_languages(tmall):
    job = start(tmall, taobao())
    storages["imports"].delete(job.file_key)
    job = run_import(job_id=job.pk, now=AT)
    assert (job.state, job.error_code) == (ImportState.FAILED, "file_gone")
    assert set(job.report["error"]) == {"zh-hans", "en"}
    assert job.error


def test_job_that_meets_a_fault_fails_and_tells_the_worker(tmall):
    job = start(tmall, taobao())
    job.report = {"of": "another version of the desk"}
    job.save()
    with pytest.raises(KeyError):
        run_import(job_id=job.pk, now=AT)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (ImportState.FAILED, "fault")
    assert job.report["error"]["en"]


def test_job_that_no_worker_finishes_is_failed_after_hours(tmall):
    job = start(tmall, taobao())
    assert fail_dead_imports(now=AT + timedelta(hours=6)) == 0
    assert fail_dead_imports(now=AT + timedelta(hours=6, seconds=1)) == 1
    job.refresh_from_db()
    assert (job.state, job.error_code) == (ImportState.FAILED, "worker_stopped")
    assert fail_dead_imports(now=AT + timedelta(days=1)) == 0


def test_unknown_job_is_not_found(db):
    with pytest.raises(NotFound):
        run_import(job_id="00000000-0000-0000-0000-000000000000", now=AT)


def test_task_queues_itself_again_until_the_job_is_done(tmall, monkeypatch, time_machine):
    time_machine.move_to(AT)
    job = start(tmall, *records(2))
    monkeypatch.setattr(imports.run_import, "__kwdefaults__", {"seconds": -1.0})
    assert tasks.run_import(str(job.pk)) == ImportState.RUNNING
    assert OrmQ.objects.get().func() == "aftersales.tasks.run_import"
    monkeypatch.undo()
    time_machine.move_to(AT)
    assert tasks.run_import(str(job.pk)) == ImportState.DONE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\售后.xlsx", "售后.xlsx"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\x00\n", "file"),
        ("长" * 300 + ".csv", "长" * 116 + ".csv"),
        ("..", "file"),
    ],
)
def test_name_of_a_file_is_shown_without_harm(name, shown):
    assert clean_name(name) == shown
