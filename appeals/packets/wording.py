"""A packet's numbers, moments and sums as its reader sees them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from appeals.packets.content import DeadlineRow, PacketContent, Piece, TimelineRow
    from appeals.packets.sheets import Sheet

# Every platform here counts in Beijing time (rule A3).
BEIJING = ZoneInfo("Asia/Shanghai")
MEGABYTE = 1_000_000
HTML_LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}


def moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def money(amount: Decimal | None) -> str:
    """Yuan with two decimals; empty for None."""
    return "" if amount is None else f"¥{amount:,.2f}"


def length(milliseconds: int | None) -> str:
    """Of a film: minutes and seconds, 1:05; whole seconds, as players show them."""
    minutes, seconds = divmod((milliseconds or 0) // 1000, 60)
    return f"{minutes}:{seconds:02}"


def size(byte_size: int) -> str:
    """Bytes as people compare them, in thousands."""
    if byte_size < MEGABYTE:
        return f"{max(1, round(byte_size / 1000))} KB"
    return f"{byte_size / MEGABYTE:.1f} MB"


def exhibit_words(piece: Piece) -> str:
    return _("Exhibit %(number)s") % {"number": piece.number}


def film_words(piece: Piece) -> str:
    return _("Film, %(length)s, kept whole") % {"length": length(piece.duration_ms)}


def film_hash(piece: Piece) -> str:
    return _("SHA-256 of the film %(sha256)s") % {"sha256": piece.sha256}


def running_words(content: PacketContent) -> str:
    """What stands at the foot of the packet's own pages."""
    others = len(content.orders) - 1
    if others < 1:
        return content.case_no
    return _("%(case)s and %(others)s more") % {"case": content.case_no, "others": others}


def packet_words(content: PacketContent, sheets: list[Sheet]) -> dict[str, Any]:
    """The template context that does not depend on page numbers."""
    claimed = [claim.amount for claim in content.claims if claim.amount is not None]
    return {
        "content": content,
        "running": running_words(content),
        "language": HTML_LANGUAGES.get(content.language, content.language),
        "created": content.prepared_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "prepared_at": moment(content.prepared_at),
        "facts": cover_facts(content),
        "orders": _orders(content),
        "totals": [money(total) if total else "" for total in _totals(content)],
        "claims": [{"name": claim.name, "amount": money(claim.amount)} for claim in content.claims],
        "claimed": money(sum(claimed, Decimal(0))) if claimed else "",
        "timeline": _timeline(content),
        "deadlines": [
            {
                "row": row,
                "started_at": moment(row.started_at),
                "due_at": moment(row.due_at),
                "stopped_at": moment(row.stopped_at) if row.stopped_at else "",
            }
            for row in _by_case(content, content.deadlines)
        ],
        "evidence_pages": len(sheets),
    }


def cover_facts(content: PacketContent) -> list[tuple[str, str]]:
    """Label and value of each line on the cover; a line without a value is left out."""
    rows = [
        (_("Appellant"), content.appellant),
        (_("Platform and shop"), " · ".join(part for part in (content.platform, content.shop) if part)),
    ]
    if not content.orders:
        rows += [
            (_("Case number"), content.case_no),
            (_("Platform case number"), content.platform_case_no),
            (_("Order number"), content.order_no),
            (_("Product"), content.product),
            (_("Buyer"), content.buyer_masked if content.is_masked else content.buyer or content.buyer_masked),
            (_("Order amount"), money(content.order_amount)),
            (_("Refund amount"), money(content.refund_amount)),
        ]
    return [(label, value) for label, value in (*rows, *content.facts) if value]


def _orders(content: PacketContent) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "order": order,
            "buyer": order.buyer_masked if content.is_masked else order.buyer or order.buyer_masked,
            "order_amount": money(order.order_amount),
            "refund_amount": money(order.refund_amount),
        }
        for number, order in enumerate(content.orders, start=1)
    ]


def _totals(content: PacketContent) -> tuple[Decimal | None, Decimal | None]:
    """Of the orders and of the refunds; None where no order has one."""
    ordered = [order.order_amount for order in content.orders if order.order_amount is not None]
    refunded = [order.refund_amount for order in content.orders if order.refund_amount is not None]
    return (sum(ordered, Decimal(0)) or None, sum(refunded, Decimal(0)) or None)


def _timeline(content: PacketContent) -> list[dict[str, Any]]:
    """One group of rows; of several orders, one for each, under the numbers that name it."""
    groups: list[tuple[dict[str, Any] | None, list[TimelineRow]]] = [(None, list(content.timeline))]
    if content.orders:
        groups = [
            (order, [row for row in content.timeline if row.case_no == order["order"].case_no])
            for order in _orders(content)
        ]
    return [
        {"order": order, "rows": [{"row": row, "at": moment(row.at)} for row in rows]} for order, rows in groups if rows
    ]


def _by_case(content: PacketContent, rows: Sequence[DeadlineRow]) -> list[DeadlineRow]:
    places = {order.case_no: place for place, order in enumerate(content.orders)}
    return sorted(rows, key=lambda row: places.get(row.case_no, 0))


def index_words(content: PacketContent, first_pages: dict[int, int]) -> list[dict[str, Any]]:
    """A row for each exhibit, with what has to be known about its file."""
    return [
        {
            "piece": piece,
            "page": first_pages[piece.number],
            "aside": " · ".join(part for part in (piece.slot_name, piece.case_no) if part),
            "notes": piece_notes(piece),
        }
        for piece in content.pieces
    ]


def piece_notes(piece: Piece) -> list[str]:
    notes = [f"{piece.original_name} · SHA-256 {piece.sha256}"]
    if piece.is_film:
        notes = [
            f"{piece.original_name} · {film_words(piece)}, {size(piece.byte_size)}",
            film_hash(piece),
            _("Shown by stills, SHA-256 %(sha256)s") % {"sha256": piece.stills_sha256},
        ]
    if piece.source:
        made = {"how": piece.source.how, "name": piece.source.original_name, "sha256": piece.source.sha256}
        notes.append(_("Made from %(name)s (%(how)s), SHA-256 of the original %(sha256)s") % made)
    if piece.confirmed:
        notes.append(
            _("Confirmed by the uploader: %(points)s")
            % {"points": pgettext("between phrases", "; ").join(piece.confirmed)}
        )
    return notes
