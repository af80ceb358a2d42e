"""Records of one case as the platforms tell it, and what became of them."""

from typing import Any

from django.db import connection

from aftersales.imports.report import Report
from aftersales.models import Case, CaseEvent, Deadline, Shop
from tests.aftersales.imports.shapes import TAOBAO

DAY = "2026-03-01"


def taobao(status: str = "WAIT_SELLER_AGREE", modified: str = "09:00:00", **changes: Any) -> dict[str, Any]:
    """A refund with return, asked for at 08:00 of the day before AT; the countdown ends at 08:00 of the day after."""
    return {
        **TAOBAO,
        "dispute_type": "REFUND_AND_RETURN",
        "good_status": "BUYER_RECEIVED",
        "status": status,
        "created": f"{DAY} 08:00:00",
        "modified": f"{DAY} {modified}" if len(modified) == len("09:00:00") else modified,
        "reason": "质量问题",
        "refund_remind_timeout": {"exist_timeout": True, "timeout": "2026-03-03 08:00:00"},
        **changes,
    }


def counts(report: Report) -> dict[str, int]:
    """Outcomes with their number, without the zeros."""
    return {outcome: number for outcome, number in report.as_json()["counts"].items() if number}


def the_case(shop: Shop) -> Case:
    return Case.objects.exclude(state="transferred").get(shop=shop)


def story(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("at", "seq").values_list("type", flat=True))


def countdowns(case: Case) -> list[tuple[str, str]]:
    rows = Deadline.objects.filter(case=case, rule="platform_countdown").order_by("started_at", "number")
    return list(rows.values_list("subject", "outcome"))


def everything() -> dict[str, int]:
    """How many rows each table holds."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table's own name
            found[table] = cursor.fetchone()[0]
    return found
