"""The app's calls of the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from aftersales.api_support import IDEMPOTENCY_HEADER, ApiRequest, Moment, PageQuery
from aftersales.enums import Source
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.paging import page_of
from aftersales.slot_states import NOTHING_YET
from evidence.derivations import MOST_BOXES
from evidence.enums import Origin
from evidence.forms import said_with_upload
from evidence.media import MEDIA_TYPES
from evidence.models import EvidenceItem
from evidence.receiving import open_gate, received_files
from evidence.selectors.items import find_item, item_warnings
from evidence.selectors.slots import evidence_panel, kinds_taken
from evidence.services.captions import edit_caption
from evidence.services.derivations import derive_evidence
from evidence.services.uploads import add_evidence, withdraw_evidence
from evidence.serving import serve_file

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from evidence.selectors.items import ItemWarning
    from evidence.selectors.slots import Slot

router = Router(tags=["evidence"])

# Told by hand: ninja would read the body before the gate has looked at its length.
UPLOAD: Final[dict[str, Any]] = {
    "parameters": [IDEMPOTENCY_HEADER],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "slot"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "slot": {"type": "string", "minLength": 1, "maxLength": 60},
                        "fields": {
                            "type": "string",
                            "description": 'A JSON object: `{"caption": "…", "confirmed": ["…"]}`.',
                        },
                    },
                }
            }
        },
    },
}
FILE: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The file, under the type that was proved",
            "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in MEDIA_TYPES},
        }
    }
}


class WarningAnswer(Schema):
    code: str
    message: str


Caption = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Box = Annotated[list[Fraction], Field(min_length=4, max_length=4)]


class DerivationAnswer(Schema):
    """What was done to the original; see the call `derive`."""

    turn: int
    crop: list[float] | None
    black_out: list[list[float]]


class EvidenceAnswer(Schema):
    """One piece of proof. `width` and `height` are pixels, of a PDF points of its first page.

    `origin` says how the file came: page, phone or api; derived was made from the piece `derived_from` by `derivation`.
    `duration_ms` is given for a film.
    """

    id: str
    case: str
    slot: str
    caption: str
    name: str
    media_type: str
    byte_size: int
    sha256: str
    width: int | None
    height: int | None
    pages: int
    duration_ms: int | None
    warnings: list[WarningAnswer]
    confirmed: list[str]
    origin: Origin
    derived_from: str | None
    derivation: DerivationAnswer | None
    added_at: Moment
    added_by: str
    withdrawn_at: Moment | None
    withdrawn_by: str
    withdrawn_reason: str
    file: str


class ProofSlot(Schema):
    """`room` is how many more pieces it takes, `items` are those that it holds."""

    code: str
    name: str
    state: str
    reasons: list[WarningAnswer]
    room: int
    items: list[str]


class EvidencePage(Schema):
    items: list[EvidenceAnswer]
    next_cursor: str


class WithdrawIn(Schema):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class DeriveIn(Schema):
    """`turn` comes first, clockwise; rectangles are [left, top, right, bottom], fractions of the turned picture.

    `crop` keeps what is inside of it; what lies in `black_out` is gone from the new file. Without `caption` and
    `confirmed` the new piece has those of the original; with `replaces` the original is withdrawn.
    """

    turn: Literal[0, 90, 180, 270] = 0
    crop: Box | None = None
    black_out: Annotated[list[Box], Field(max_length=MOST_BOXES)] = []
    caption: Caption | None = None
    confirmed: list[str] | None = None
    replaces: bool = False


class CaptionIn(Schema):
    caption: Caption


@router.post(
    "/cases/{ref}/evidence", response={201: EvidenceAnswer}, openapi_extra=UPLOAD, summary=gettext_noop("Add proof")
)
def post_evidence(request: ApiRequest, ref: str) -> Status[dict[str, Any]]:
    """One file into a slot of the case. The same file in the same slot again is the same piece, recorded once."""
    case = find_case(ref, user=request.user, token=request.auth)
    open_gate(request, kinds=kinds_taken(case, timezone.now()))
    given = said_with_upload(request)
    [(path, name)] = received_files(request, most=1)
    item = add_evidence(
        case=case,
        path=path,
        name=name,
        by=request.user,
        at=timezone.now(),
        source=Source.API,
        origin=Origin.API,
        **given,
    )
    return Status(201, _answer_one(request, item))


@router.get("/cases/{ref}/evidence", response=EvidencePage, summary=gettext_noop("A case's proof"))
def list_evidence(request: ApiRequest, ref: str, asked: Query[PageQuery]) -> dict[str, Any]:
    """In the order in which it was added, withdrawn pieces as well."""
    case = find_case(ref, user=request.user, token=request.auth)
    items = EvidenceItem.objects.filter(case_id=case.pk).select_related("case", "added_by", "withdrawn_by")
    found, next_cursor = page_of(items, by=("added_at", "pk"), cursor=asked.cursor, limit=asked.limit)
    warnings = item_warnings(found, user=request.user, token=request.auth)
    return {"items": [_answer(item, warnings[item.pk]) for item in found], "next_cursor": next_cursor}


@router.get("/cases/{ref}/slots", response=list[ProofSlot], summary=gettext_noop("A case's slots for proof"))
def list_slots(request: ApiRequest, ref: str) -> list[dict[str, Any]]:
    """How well each is filled, and why it is doubtful or missing, as the case's page shows it."""
    case = find_case(ref, user=request.user, token=request.auth)
    return [
        {
            "code": slot.code,
            "name": slot.name,
            "state": slot.state.value,
            "reasons": _reasons(slot),
            "room": slot.room,
            "items": [str(piece.pk) for piece in slot.pieces if not piece.is_withdrawn],
        }
        for slot in evidence_panel(case, user=request.user, at=timezone.now()).slots
    ]


def _reasons(slot: Slot) -> list[dict[str, str]]:
    if slot.is_missing:
        return [{"code": slot.state.value, "message": str(NOTHING_YET)}]
    return [{"code": one.doubt.value, "message": str(one.message)} for one in slot.reasons]


@router.get("/evidence/{item_id}", response=EvidenceAnswer, summary=gettext_noop("A piece of proof"))
def get_evidence(request: ApiRequest, item_id: str) -> dict[str, Any]:
    return _answer_one(request, find_item(item_id, user=request.user, token=request.auth))


@router.get("/evidence/{item_id}/file", openapi_extra=FILE, summary=gettext_noop("Its file"))
def get_evidence_file(request: ApiRequest, item_id: str) -> HttpResponseBase:
    """`Range`, `If-Range` and `If-None-Match` are honoured."""
    return serve_file(request, find_item(item_id, user=request.user, token=request.auth))


@router.patch("/evidence/{item_id}", response=EvidenceAnswer, summary=gettext_noop("Caption proof anew"))
def patch_evidence(request: ApiRequest, item_id: str, asked: CaptionIn) -> dict[str, Any]:
    """The case's history keeps the words of before. An appeal that holds the piece keeps the caption it has there."""
    item = find_item(item_id, user=request.user, token=request.auth)
    changed = edit_caption(item=item, caption=asked.caption, by=request.user, at=timezone.now(), source=Source.API)
    return _answer_one(request, changed)


@router.post(
    "/evidence/{item_id}/derive",
    response={201: EvidenceAnswer},
    openapi_extra={"parameters": [IDEMPOTENCY_HEADER]},
    summary=gettext_noop("Turn, crop, black out"),
)
def post_derive(request: ApiRequest, item_id: str, asked: DeriveIn) -> Status[dict[str, Any]]:
    """A new piece in the same slot; the original stays unchanged. The same change again is the same piece."""
    item = find_item(item_id, user=request.user, token=request.auth)
    made = derive_evidence(
        item=item,
        derivation={"turn": asked.turn, "crop": asked.crop, "black_out": asked.black_out},
        caption=asked.caption,
        confirmed=asked.confirmed,
        replaces=asked.replaces,
        by=request.user,
        at=timezone.now(),
        source=Source.API,
    )
    return Status(201, _answer_one(request, made))


@router.post("/evidence/{item_id}/withdraw", response=EvidenceAnswer, summary=gettext_noop("Withdraw proof"))
def post_withdraw(request: ApiRequest, item_id: str, asked: WithdrawIn) -> dict[str, Any]:
    """It leaves its slot; the file and its history stay. 409 `already_withdrawn` the second time."""
    item = find_item(item_id, user=request.user, token=request.auth)
    withdrawn = withdraw_evidence(item=item, reason=asked.reason, by=request.user, at=timezone.now(), source=Source.API)
    return _answer_one(request, withdrawn)


def _answer_one(request: ApiRequest, item: EvidenceItem) -> dict[str, Any]:
    return _answer(item, item_warnings([item], user=request.user, token=request.auth)[item.pk])


def _answer(item: EvidenceItem, warnings: list[ItemWarning]) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "case": item.case.ref,
        "slot": item.slot,
        "caption": item.caption,
        "name": item.original_name,
        "media_type": item.media_type,
        "byte_size": item.byte_size,
        "sha256": item.sha256,
        "width": item.width,
        "height": item.height,
        "pages": item.pages,
        "duration_ms": item.duration_ms,
        "warnings": [{"code": warning.code, "message": str(warning.message)} for warning in warnings],
        "confirmed": item.confirmed,
        "origin": item.origin,
        "derived_from": str(item.derived_from_id) if item.derived_from_id else None,
        "derivation": item.derivation or None,
        "added_at": item.added_at,
        "added_by": item.added_by.username,
        "withdrawn_at": item.withdrawn_at,
        "withdrawn_by": item.withdrawn_by.username if item.withdrawn_by else "",
        "withdrawn_reason": item.withdrawn_reason,
        "file": reverse("api-1:get_evidence_file", args=[item.pk]),
    }
