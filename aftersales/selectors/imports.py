"""Imports as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftersales.enums import ImportState
from aftersales.errors import NotFound
from aftersales.imports.report import in_language
from aftersales.models import Case, ImportJob
from aftersales.selectors.paging import page_of
from aftersales.selectors.policies import rule_books
from aftersales.selectors.shops import visible_shops
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from aftersales.models import ApiToken, User

STATE_TONES: dict[str, str] = {
    ImportState.QUEUED: "accent",
    ImportState.RUNNING: "accent",
    ImportState.DONE: "calm",
    ImportState.FAILED: "overdue",
}
PER_PAGE = 30
MOST_STATUSES = 50


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row that was refused or is doubtful, in the reader's language."""

    row: int
    field: str
    code: str
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A value of a column that no column map knows, and how many rows of the file have it."""

    field: str
    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class UnknownStatus:
    """A platform's word for a status that the desk cannot place, and how many open cases carry it."""

    platform: str
    platform_label: str
    status: str
    cases: int


@dataclass(frozen=True, slots=True)
class Run:
    """One import; `percent` is 0 to 100."""

    pk: UUID
    filename: str
    shop_name: str
    is_dry_run: bool
    state: str
    state_label: str
    state_tone: str
    is_running: bool
    created: int
    updated: int
    unchanged: int
    rejected: int
    ignored: int
    rows_done: int
    rows_total: int
    percent: int
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    error: str


def visible_imports(user: User, token: ApiToken | None = None) -> QuerySet[ImportJob]:
    """The imports of the person's shops."""
    return ImportJob.objects.filter(shop__in=visible_shops(user, token)).select_related("shop", "created_by")


def import_runs(*, user: User, cursor: str = "") -> tuple[list[Run], str]:
    """The newest imports and the mark of the next page. Raises `BadRequest` for a wrong mark."""
    jobs, next_cursor = page_of(visible_imports(user), by=("-created_at", "-pk"), cursor=cursor, limit=PER_PAGE)
    return [run_of(job) for job in jobs], next_cursor


def find_import(pk: UUID, *, user: User, token: ApiToken | None = None) -> ImportJob:
    """Raises `NotFound` also for an import of a shop that the reader does not work for."""
    job = visible_imports(user, token).filter(pk=pk).first()
    if job is None:
        raise NotFound(_("There is no such import."), code="import_not_found")
    return job


def run_of(job: ImportJob) -> Run:
    counts = job.report.get("counts", {})
    is_running = job.state in (ImportState.QUEUED, ImportState.RUNNING)
    error = job.report.get("error")
    return Run(
        pk=job.pk,
        filename=job.file_name,
        shop_name=job.shop.name,
        is_dry_run=job.is_dry_run,
        state=job.state,
        state_label=str(ImportState(job.state).label),
        state_tone=STATE_TONES[job.state],
        is_running=is_running,
        created=counts.get("created", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        rejected=counts.get("rejected", 0),
        ignored=counts.get("ignored", 0),
        rows_done=job.done_rows,
        rows_total=job.total_rows,
        percent=100 * job.done_rows // job.total_rows if job.total_rows else 0,
        started_by=job.created_by.display_name if job.created_by else str(_("The desk")),
        started_at=job.created_at,
        finished_at=job.finished_at,
        error=in_language(error, get_language()) if error else job.error,
    )


def report_lines(job: ImportJob, part: str) -> list[ReportLine]:
    """The rows of one part of a job's report, `rejected` or `warnings`."""
    return [line_of(entry) for entry in job.report.get(part, [])]


def unknown_codes(job: ImportJob) -> list[UnknownCode]:
    """The codes of a file that the desk did not know, the most frequent first."""
    return [UnknownCode(**entry) for entry in job.report.get("unknown_codes", [])]


def unknown_statuses(user: User, token: ApiToken | None = None) -> list[UnknownStatus]:
    """The status texts of open cases that no import could place, the most frequent first; from every import."""
    cases = Case.objects.visible_to(user, token).open().filter(is_status_known=False)
    found = cases.values_list("shop__platform", "platform_status").annotate(cases=Count("pk"))
    rows = list(found.order_by("-cases", "shop__platform", "platform_status")[:MOST_STATUSES])
    books = rule_books(sorted({platform for platform, _status, _cases in rows}))
    names = {platform: words(book.newest.name) for platform, book in books.items()}
    return [UnknownStatus(platform, names[platform], status, cases) for platform, status, cases in rows]


def line_of(entry: dict[str, Any]) -> ReportLine:
    message = in_language(entry["message"], get_language())
    return ReportLine(entry["row"], entry["field"], entry["code"], message, entry["value"])
