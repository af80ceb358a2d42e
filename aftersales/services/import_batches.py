"""Take the rows of an import in batches: what is known already is told from a few queries, the rest row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import DataError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.enums import RowOutcome
from aftersales.errors import DeskError
from aftersales.imports.news import future_moment
from aftersales.imports.rows import ParsedRow, RowError
from aftersales.models import CaseEvent, Shipment
from aftersales.services.import_rows import Taken, active_cases, fitted, is_known, open_rows, take_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.imports.report import Report
    from aftersales.services.import_rows import Intake

BATCH = 200


def take_batch(*, rows: Sequence[ParsedRow], intake: Intake, report: Report) -> None:
    """Take some rows in and report on each; a dry run rolls back what it does.

    New cases are opened together, each change of a known one is its own transaction, so a bad row stops no other.
    """
    fit = []
    for row in map(fitted, rows):
        report.warn(row.warnings)
        if not row.status_known:
            report.unknown_statuses[row.platform_status] += 1
        column = future_moment(row, intake.now)
        if column is None:
            fit.append(row)
        else:
            message = _("A time of this row lies in the future.")
            report.reject([RowError(row.number, column, "future", message, row.platform_case_no)])
    new, known, rest = sort_rows(rows=fit, intake=intake)
    report.count(RowOutcome.UNCHANGED, len(known))
    if _open_together(new, intake, is_dry_run=report.is_dry_run):
        report.count(RowOutcome.CREATED, len(new))
    else:
        rest = [*new, *rest]
    for row in rest:
        taken = _take(row, intake, is_dry_run=report.is_dry_run)
        if isinstance(taken, RowError):
            report.reject([taken])
        else:
            report.count(taken.outcome)
            report.warn(taken.warnings)


def sort_rows(*, rows: Sequence[ParsedRow], intake: Intake) -> tuple[list[ParsedRow], list[ParsedRow], list[ParsedRow]]:
    """Rows that are new, rows that say nothing new, and the rest; read without locks, in three queries for all."""
    found = active_cases(shop=intake.shop, numbers=[row.platform_case_no for row in rows]).select_related("order")
    cases = {case.platform_case_no: case for case in found}
    events = defaultdict[int, list[CaseEvent]](list)
    for event in CaseEvent.objects.filter(case__in=cases.values()).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    shipments = defaultdict[int, list[Shipment]](list)
    for parcel in Shipment.objects.filter(order__in={case.order_id for case in cases.values()}):
        shipments[parcel.order_id].append(parcel)
    new, known, rest = list[ParsedRow](), list[ParsedRow](), list[ParsedRow]()
    for row in rows:
        case = cases.get(row.platform_case_no)
        if case is None:
            new.append(row)
        elif is_known(row=row, case=case, events=events[case.pk], shipments=shipments[case.order_id], now=intake.now):
            known.append(row)
        else:
            rest.append(row)
    return new, known, rest


def _open_together(rows: Sequence[ParsedRow], intake: Intake, *, is_dry_run: bool) -> bool:
    """Open the cases of all rows; False, and nothing done, where one of them cannot be opened like this."""
    try:
        with transaction.atomic():
            if rows:
                open_rows(rows=rows, intake=intake)
            if is_dry_run:
                transaction.set_rollback(True)
    except (DeskError, DataError):
        return False
    return True


def _take(row: ParsedRow, intake: Intake, *, is_dry_run: bool) -> Taken | RowError:
    try:
        with transaction.atomic():
            taken = take_row(row=row, intake=intake)
            if is_dry_run:
                transaction.set_rollback(True)
    except DeskError as error:
        reasons = [*error.fields.values()] or [error.message]
        message = format_lazy("{}", reasons[0])
        return RowError(row.number, ", ".join(error.fields), error.error_code, message, row.platform_case_no)
    except DataError:
        message = _("A value of this row is larger than the desk can keep.")
        return RowError(row.number, "", "value_too_large", message, row.platform_case_no)
    return taken
