"""Import files of cases: at once for a command, or as a job for the worker."""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from aftersales.enums import ImportState
from aftersales.errors import DeskError, NotFound
from aftersales.imports.errors import EmptyFile, WrongShop
from aftersales.imports.formats import check_bytes
from aftersales.imports.parse import parse_file, recognise
from aftersales.imports.report import MAX_LISTED, Report, in_languages
from aftersales.imports.rows import RowError
from aftersales.imports.shop_names import shops_named
from aftersales.models import ImportJob, Shop
from aftersales.permissions import check_shop
from aftersales.selectors.policies import rule_book
from aftersales.services.import_batches import BATCH, take_batch
from aftersales.services.import_rows import Intake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from aftersales.imports.parse import ParsedFile
    from aftersales.models import User

STORAGE = "imports"
TASK = "aftersales.tasks.run_import"
SLICE_SECONDS = 300.0  # a task gives way and goes on later: the queue ends tasks that run too long
DEAD_AFTER = timedelta(hours=6)
LOOKED_AT = 50
NAME_LENGTH = 120
ENDED = (ImportState.DONE, ImportState.FAILED)


def start_import(
    *, shop: Shop, upload: UploadedFile[Any], file_name: str, by: User, now: datetime, dry_run: bool = False
) -> ImportJob:
    """Keep an upload and have the worker take it in.

    What the whole file shows is refused at once and changes nothing: raises `NotAllowed`, `PolicyRefused`,
    `FileTooLarge`, `UnreadableFile`, `EmptyFile`, `UnknownShape` or `WrongShop`.
    """
    check_shop(by, shop)
    rule_book(shop.platform)
    check_bytes(upload.size or 0)
    name = clean_name(file_name)
    with tempfile.NamedTemporaryFile(prefix="import-") as copy:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        look_at(path=Path(copy.name), file_name=name, shop=shop)
        job = ImportJob(
            shop=shop,
            file_name=name,
            sha256=digest.hexdigest(),
            is_dry_run=dry_run,
            created_by=by,
            created_at=now,
        )
        copy.seek(0)
        job.file_key = storages[STORAGE].save(str(job.pk), File(copy, name=str(job.pk)))
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            transaction.on_commit(lambda: async_task(TASK, str(job.pk)))
    except BaseException:
        storages[STORAGE].delete(job.file_key)
        raise
    return job


def look_at(*, path: Path, file_name: str, shop: Shop) -> None:
    """Refuse what the beginning of a file shows, without reading all of it."""
    table, _column_map = recognise(path, file_name, platform=shop.platform)
    first = list(islice(table.rows, LOOKED_AT))
    if not first:
        raise EmptyFile(_("The file has a header and no rows."))
    check_named_shops(shop, shops_named((row.number, row.values) for row in first))


def import_file(
    *, path: Path, file_name: str, shop: Shop, by: User | None, now: datetime, dry_run: bool = False
) -> Report:
    """Take a file in and say what became of its rows; a dry run says the same and writes nothing.

    Raises as `start_import`, and `TooManyRows`: then nothing was changed.
    """
    if by is not None:
        check_shop(by, shop)
    intake = Intake(shop=shop, book=rule_book(shop.platform), by=by, now=now)
    parsed, report = read_file(path=path, file_name=clean_name(file_name), shop=shop, dry_run=dry_run)
    for start in range(0, len(parsed.rows), BATCH):
        take_batch(rows=parsed.rows[start : start + BATCH], intake=intake, report=report)
    return report


def read_file(*, path: Path, file_name: str, shop: Shop, dry_run: bool) -> tuple[ParsedFile, Report]:
    """The whole file, checked against the shop, and the report that it begins."""
    parsed = parse_file(path, file_name, platform=shop.platform)
    named = shops_named((row.number, row.raw) for row in parsed.rows)
    doubts = check_named_shops(shop, named)
    report = Report.of(parsed, is_dry_run=dry_run)
    report.warn(doubts)
    return parsed, report


def check_named_shops(shop: Shop, named: Mapping[str, tuple[int, str]]) -> list[RowError]:
    """Warnings for names that the desk does not know. Raises `WrongShop` where the file names another of its shops."""
    foreign = {name: place for name, place in named.items() if name not in (shop.name, shop.code)}
    if not foreign:
        return []
    others = Shop.objects.exclude(pk=shop.pk).values_list("name", "code")
    known = {word for words in others for word in words}
    for name, (row, column) in foreign.items():
        if name in known:
            message = _("Row {row} belongs to the shop “{name}”, not to “{shop}”: choose the right shop.")
            raise WrongShop(format_lazy(message, row=row, name=name, shop=shop.name), fields={column: name})
    message = _("The file names a shop that the desk does not know: make sure that it is this one.")
    return [RowError(row, column, "unknown_shop", message, name) for name, (row, column) in foreign.items()]


def run_import(*, job_id: UUID | str, now: datetime, seconds: float = SLICE_SECONDS) -> ImportJob:
    """Go on with a job for a while; it is still RUNNING afterwards where there was not time enough.

    A job that a worker left half done is gone on with: rows that were taken in are not taken twice. What stops it
    is recorded on it. Raises `NotFound`, and whatever was not foreseen.
    """
    job = _claim(job_id)
    if job.state in ENDED:
        return job
    try:
        with _local_copy(job.file_key) as path:
            _take_in(job, path, now, give_way_at=monotonic() + seconds)
    except DeskError as error:
        _fail(job, error.message, error.error_code, now)
    except Exception:
        _fail(job, _("The import stopped at a fault of the desk: import the file again, or tell IT."), "fault", now)
        raise
    return job


@transaction.atomic
def _claim(job_id: UUID | str) -> ImportJob:
    job = ImportJob.objects.select_for_update(of=("self",)).select_related("shop").filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no such import."))
    if job.state not in ENDED:
        job.state = ImportState.RUNNING
        job.save(update_fields=["state"])
    return job


def _take_in(job: ImportJob, path: Path, now: datetime, *, give_way_at: float) -> None:
    intake = Intake(shop=job.shop, book=rule_book(job.shop.platform), by=job.created_by, now=now)
    parsed, report = read_file(path=path, file_name=job.file_name, shop=job.shop, dry_run=job.is_dry_run)
    not_cases = parsed.total - len(parsed.rows)
    start = 0
    if job.report:
        report = Report.from_json(job.report)
        start = job.done_rows - not_cases
    while start < len(parsed.rows) and monotonic() < give_way_at:
        take_batch(rows=parsed.rows[start : start + BATCH], intake=intake, report=report)
        start = min(start + BATCH, len(parsed.rows))
        _keep_progress(job, report, done=not_cases + start)
    if start >= len(parsed.rows):
        job.state, job.finished_at = ImportState.DONE, now
        _keep_progress(job, report, done=parsed.total)


def _keep_progress(job: ImportJob, report: Report, *, done: int) -> None:
    job.done_rows, job.total_rows = done, report.total
    job.report = report.as_json(listed=MAX_LISTED)
    job.save(update_fields=["state", "finished_at", "done_rows", "total_rows", "report"])


def _fail(job: ImportJob, message: Any, code: str, now: datetime) -> None:
    texts = in_languages(message)
    job.state, job.finished_at = ImportState.FAILED, now
    job.error, job.error_code = texts["zh-hans"][:500], code[:40]
    job.report = {**job.report, "error": texts}
    job.save(update_fields=["state", "finished_at", "error", "error_code", "report"])


def fail_dead_imports(*, now: datetime) -> int:
    """End the jobs that no worker will finish any more, so that nobody waits for them; how many there were."""
    dead = ImportJob.objects.exclude(state__in=ENDED).filter(created_at__lt=now - DEAD_AFTER)
    message = _("The worker that ran this import stopped: import the file again. What was taken in stays.")
    for job in dead:
        _fail(job, message, "worker_stopped", now)
    return len(dead)


@contextmanager
def _local_copy(key: str) -> Iterator[Path]:
    """The kept file as a path; raises `NotFound` where it is gone."""
    storage = storages[STORAGE]
    if not storage.exists(key):
        raise NotFound(_("The uploaded file is gone: import it again."), code="file_gone")
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(key))
        return
    with tempfile.NamedTemporaryFile(prefix="import-") as copy, storage.open(key, "rb") as kept:
        for chunk in kept.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def clean_name(name: str) -> str:
    """A file's name to show: no folders, nothing invisible; its ending stays."""
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip(" .")
    return shown[-NAME_LENGTH:] or "file"
