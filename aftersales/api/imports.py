"""Files of cases: give one in, follow it, read what became of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from aftersales.api_support import ApiRequest, Moment, PageQuery, idempotent
from aftersales.selectors.imports import (
    find_import,
    report_lines,
    run_of,
    unknown_codes,
    unknown_statuses,
    visible_imports,
)
from aftersales.selectors.paging import page_of
from aftersales.selectors.shops import find_shop
from aftersales.services.imports import start_import

if TYPE_CHECKING:
    from aftersales.models import ImportJob

router = Router()


class ImportIn(Schema):
    shop: Annotated[str, Field(max_length=40)] = Field(description="The shop's code.")
    dry_run: bool = Field(default=False, description="Says what would happen, and changes nothing.")


class ImportBrief(Schema):
    """`state` is queued, running, done or failed; `percent` of the rows are done."""

    id: UUID
    shop: str
    file_name: str
    sha256: str
    is_dry_run: bool
    state: str
    rows_done: int
    rows_total: int
    percent: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    ignored: int
    created_by: str
    created_at: Moment
    finished_at: Moment | None
    error: str
    error_code: str


class UnknownStatusAnswer(Schema):
    """A platform's word for a status that the desk cannot place, and how many open cases carry it."""

    platform: str
    status: str
    cases: int


class ImportPage(Schema):
    """`unknown_statuses` is about all imports: the most frequent first."""

    items: list[ImportBrief]
    next_cursor: str
    unknown_statuses: list[UnknownStatusAnswer]


class LineAnswer(Schema):
    """One field of one row; `row` is its number as a person sees it in the file."""

    row: int
    field: str
    code: str
    message: str
    value: str


class UnknownCodeAnswer(Schema):
    """A value of a column that the desk does not know: nothing was concluded from it in these rows."""

    field: str
    value: str
    rows: int


class ImportAnswer(ImportBrief):
    """`rejects` and `warnings` list the first 2,000; the counts cover all rows."""

    rejects: list[LineAnswer]
    warnings: list[LineAnswer]
    unknown_codes: list[UnknownCodeAnswer]


@router.post("/imports", response={202: ImportBrief}, summary=gettext_noop("Import a file"))
@idempotent
def create_import(request: ApiRequest, asked: Form[ImportIn], file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """CSV, XLSX, JSONL or JSON as a platform gives it. What the whole file shows is refused at once; then follow it."""
    shop = find_shop(asked.shop, user=request.user, token=request.auth)
    job = start_import(
        shop=shop,
        upload=file,
        file_name=file.name or "",
        by=request.user,
        now=timezone.now(),
        dry_run=asked.dry_run,
    )
    return Status(202, _brief(job))


@router.get("/imports", response=ImportPage, summary=gettext_noop("Imports"))
def list_imports(request: ApiRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """The newest first."""
    jobs, next_cursor = page_of(
        visible_imports(request.user, request.auth),
        by=("-created_at", "-pk"),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return {
        "items": [_brief(job) for job in jobs],
        "next_cursor": next_cursor,
        "unknown_statuses": unknown_statuses(request.user, request.auth),
    }


@router.get("/imports/{import_id}", response=ImportAnswer, summary=gettext_noop("An import's progress and report"))
def get_import(request: ApiRequest, import_id: UUID) -> dict[str, Any]:
    """Ask again until `state` is done or failed."""
    job = find_import(import_id, user=request.user, token=request.auth)
    return {
        **_brief(job),
        "rejects": report_lines(job, "rejected"),
        "warnings": report_lines(job, "warnings"),
        "unknown_codes": unknown_codes(job),
    }


def _brief(job: ImportJob) -> dict[str, Any]:
    run = run_of(job)
    return {
        "id": job.pk,
        "shop": job.shop.code,
        "file_name": job.file_name,
        "sha256": job.sha256,
        "is_dry_run": job.is_dry_run,
        "state": job.state,
        "rows_done": run.rows_done,
        "rows_total": run.rows_total,
        "percent": run.percent,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
        "ignored": run.ignored,
        "created_by": job.created_by.username if job.created_by else "",
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "error": run.error,
        "error_code": job.error_code,
    }
