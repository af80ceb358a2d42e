"""A packet's numbers, moments and sums as its reader sees them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from appeals.packets.content import PacketContent
    from appeals.packets.sheets import Sheet

# Every platform here counts in Beijing time (rule A3).
BEIJING = ZoneInfo("Asia/Shanghai")
HTML_LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}


def moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def money(amount: Decimal | None) -> str:
    """Yuan with two decimals; empty for None."""
    return "" if amount is None else f"¥{amount:,.2f}"


def packet_words(content: PacketContent, sheets: list[Sheet]) -> dict[str, Any]:
    """The template context that does not depend on page numbers."""
    claimed = [claim.amount for claim in content.claims if claim.amount is not None]
    return {
        "content": content,
        "language": HTML_LANGUAGES.get(content.language, content.language),
        "created": content.prepared_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "prepared_at": moment(content.prepared_at),
        "facts": cover_facts(content),
        "claims": [{"name": claim.name, "amount": money(claim.amount)} for claim in content.claims],
        "claimed": money(sum(claimed, Decimal(0))) if claimed else "",
        "timeline": [{"row": row, "at": moment(row.at)} for row in content.timeline],
        "deadlines": [
            {
                "row": row,
                "started_at": moment(row.started_at),
                "due_at": moment(row.due_at),
                "stopped_at": moment(row.stopped_at) if row.stopped_at else "",
            }
            for row in content.deadlines
        ],
        "evidence_pages": len(sheets),
    }


def cover_facts(content: PacketContent) -> list[tuple[str, str]]:
    """Label and value of each line on the cover; a line without a value is left out."""
    rows = [
        (_("Appellant"), content.appellant),
        (_("Platform and shop"), " · ".join(part for part in (content.platform, content.shop) if part)),
        (_("Case number"), content.case_no),
        (_("Platform case number"), content.platform_case_no),
        (_("Order number"), content.order_no),
        (_("Product"), content.product),
        (_("Buyer"), content.buyer_masked),
        (_("Order amount"), money(content.order_amount)),
        (_("Refund amount"), money(content.refund_amount)),
        *content.facts,
    ]
    return [(label, value) for label, value in rows if value]
