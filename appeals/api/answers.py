"""An appeal and a packet as the API tells them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ninja import Schema

from aftersales.api_support import Moment, Money
from aftersales.enums import DueSource
from aftersales.selectors.wording import words
from appeals.packet_files import pictures_of
from appeals.packet_reports import packet_report
from appeals.selectors.appeals import asked_money, won_money
from appeals.selectors.dossiers import standing_of
from appeals.selectors.packets import percent, shown_packet
from appeals.selectors.parts import cases_of, chosen_pieces

if TYPE_CHECKING:
    from datetime import datetime

    from appeals.models import Appeal, Packet
    from appeals.windows import Window


PICTURE_FIELDS = ("number", "name", "media_type", "byte_size", "width", "height", "is_extra")


class ItemAnswer(Schema):
    """`outcome` is empty until the platform has decided."""

    kind: str
    amount: Money | None
    outcome: str
    amount_won: Money | None


class PieceAnswer(Schema):
    """A piece of proof in its place; `sha256` is frozen once the appeal is submitted."""

    item: str
    position: int
    caption: str
    slot: str
    name: str
    sha256: str


class WindowAnswer(Schema):
    """Both ends are included. `state`: not_yet, open, closed, conflict, void or unstated.

    Unstated: the platform names no time for this type; then there are no ends, no rule and no source.
    """

    rule: str
    state: str
    opens_at: Moment | None
    closes_at: Moment | None
    source: DueSource | None
    reason: str


class CheckAnswer(Schema):
    """A warning that is not ok does not keep an appeal back."""

    code: str
    label: str
    ok: bool
    is_warning: bool
    reason: str


class PictureAnswer(Schema):
    """One picture of a set; an extra one is for the form's second, optional place."""

    number: int
    name: str
    media_type: str
    byte_size: int
    width: int
    height: int
    is_extra: bool
    file: str


class PieceReportAnswer(Schema):
    """What became of a piece; `after` is 0 where it shares a picture with others."""

    number: int
    caption: str
    says: str
    before: int
    after: int


class PacketReportAnswer(Schema):
    files: int
    byte_size: int
    warnings: list[str]
    pieces: list[PieceReportAnswer]


class PacketAnswer(Schema):
    """`percent` is 0 to 100; `file` is where to fetch it, empty until it is done, as `report` and `pictures` are.

    `pictures` are what a form of pictures takes, one by one; a PDF has none.
    """

    id: str
    appeal: str
    profile: str
    masked: bool
    state: str
    percent: int
    step: str
    appeal_version: int
    requested_at: Moment
    finished_at: Moment | None
    pages: int
    byte_size: int
    sha256: str
    error: str
    error_code: str
    file: str
    pictures: list[PictureAnswer]
    report: PacketReportAnswer | None


class QuotaAnswer(Schema):
    """Filings of this calendar month and shop, won ones given back."""

    used: int
    a_month: int


class AppealBrief(Schema):
    """`case` is the first of `cases`; `reconsiders` is the id of the lost appeal that is to be looked at again."""

    id: str
    number: str
    version: int
    type: str
    type_name: str
    state: str
    case: str
    cases: list[str]
    shop: str
    order_no: str
    ground: str
    reconsiders: str
    opens_at: Moment | None
    closes_at: Moment | None
    money: Money
    won_money: Money | None
    opened_at: Moment
    submitted_at: Moment | None
    ended_at: Moment | None


class AppealAnswer(AppealBrief):
    """`filed_version` and `filed_sha256` are those of the packet that was handed in."""

    submitted_by: str
    filed_version: int | None
    filed_sha256: str
    statement: str
    statement_max: int
    platform_appeal_no: str
    items: list[ItemAnswer]
    pieces: list[PieceAnswer]
    window: WindowAnswer
    quota: QuotaAnswer | None
    is_ready: bool
    readiness: list[CheckAnswer]
    packet: PacketAnswer | None


class AppealPage(Schema):
    items: list[AppealBrief]
    next_cursor: str


def brief(appeal: Appeal, type_name: str, window: Window) -> dict[str, Any]:
    """The appeal comes from `loaded`."""
    return {
        "id": str(appeal.pk),
        "number": appeal.number,
        "version": appeal.version,
        "type": appeal.type,
        "type_name": type_name,
        "state": appeal.state,
        "case": appeal.case.ref,
        "cases": [case.ref for case in cases_of(appeal)],
        "shop": appeal.case.shop.code,
        "order_no": appeal.case.order.platform_order_no,
        "ground": appeal.ground,
        "reconsiders": str(appeal.reconsiders_id or ""),
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
        "money": asked_money(appeal),
        "won_money": won_money(appeal),
        "opened_at": appeal.opened_at,
        "submitted_at": appeal.submitted_at,
        "ended_at": appeal.ended_at,
    }


def full(appeal: Appeal, at: datetime) -> dict[str, Any]:
    """The appeal comes from `loaded`. Readiness is a draft's: for what was handed in the list is empty."""
    standing = standing_of(appeal, at)
    window = standing.dossier.window
    packet = shown_packet(appeal)
    filed = appeal.filed_packet
    return {
        **brief(appeal, words(standing.rule.name), window),
        "submitted_by": appeal.submitted_by.username if appeal.submitted_by else "",
        "filed_version": filed.appeal_version if filed else None,
        "filed_sha256": filed.sha256 if filed else "",
        "statement": appeal.statement,
        "statement_max": standing.rule.statement_max,
        "platform_appeal_no": appeal.platform_appeal_no,
        "items": [
            {"kind": item.kind, "amount": item.amount, "outcome": item.outcome, "amount_won": item.amount_won}
            for item in appeal.items.all()
        ],
        "pieces": [
            {
                "item": str(piece.item_id),
                "position": place,
                "caption": piece.caption,
                "slot": piece.item.slot,
                "name": piece.item.original_name,
                "sha256": piece.frozen_sha256 or piece.item.sha256,
            }
            for place, piece in enumerate(chosen_pieces(appeal), start=1)
        ],
        "window": {
            "rule": appeal.window.rule if appeal.window else "",
            "state": window.state(at),
            "opens_at": window.opens_at,
            "closes_at": window.closes_at,
            "source": appeal.window.due_source if appeal.window else None,
            "reason": window.reason(at),
        },
        "quota": {"used": quota.used, "a_month": quota.a_month} if (quota := standing.dossier.quota) else None,
        "is_ready": appeal.is_draft and standing.is_ready,
        "readiness": [
            {
                "code": check.code,
                "label": check.label,
                "ok": check.is_ok,
                "is_warning": check.is_warning,
                "reason": check.reason,
            }
            for check in (standing.checks if appeal.is_draft else [])
        ],
        "packet": packet_answer(packet) if packet else None,
    }


def packet_answer(packet: Packet) -> dict[str, Any]:
    file = f"/api/v1/packets/{packet.pk}/file"
    report = packet_report(packet.manifest)
    return {
        "id": str(packet.pk),
        "appeal": str(packet.appeal_id),
        "profile": packet.profile,
        "masked": packet.is_masked,
        "state": packet.state,
        "percent": percent(packet),
        "step": packet.step,
        "appeal_version": packet.appeal_version,
        "requested_at": packet.requested_at,
        "finished_at": packet.finished_at,
        "pages": packet.pages,
        "byte_size": packet.byte_size,
        "sha256": packet.sha256,
        "error": packet.error,
        "error_code": packet.error_code,
        "file": file if packet.key else "",
        "pictures": [
            {**{name: picture[name] for name in PICTURE_FIELDS}, "file": f"{file}?part={picture['number']}"}
            for picture in pictures_of(packet)
        ],
        "report": asdict(report) if report else None,
    }
