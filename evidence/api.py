"""The app's calls of the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema, Status
from pydantic import StringConstraints

from aftersales.api_support import IDEMPOTENCY_HEADER, ApiRequest, Moment, PageQuery
from aftersales.enums import Source
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.paging import page_of
from evidence.forms import said_with_upload
from evidence.media import MEDIA_TYPES
from evidence.models import EvidenceItem
from evidence.receiving import open_gate, received_files
from evidence.selectors.items import find_item, item_warnings
from evidence.services.uploads import add_evidence, withdraw_evidence
from evidence.serving import serve_file

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from evidence.selectors.items import ItemWarning

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


class EvidenceAnswer(Schema):
    """One piece of proof. `width` and `height` are pixels, of a PDF points of its first page."""

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
    warnings: list[WarningAnswer]
    confirmed: list[str]
    added_at: Moment
    added_by: str
    withdrawn_at: Moment | None
    withdrawn_by: str
    withdrawn_reason: str
    file: str


class EvidencePage(Schema):
    items: list[EvidenceAnswer]
    next_cursor: str


class WithdrawIn(Schema):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@router.post(
    "/cases/{ref}/evidence", response={201: EvidenceAnswer}, openapi_extra=UPLOAD, summary=gettext_noop("Add proof")
)
def post_evidence(request: ApiRequest, ref: str) -> Status[dict[str, Any]]:
    """One file into a slot of the case. The same file in the same slot again is the same piece, recorded once."""
    case = find_case(ref, user=request.user, token=request.auth)
    open_gate(request)
    given = said_with_upload(request)
    [(path, name)] = received_files(request, most=1)
    item = add_evidence(case=case, path=path, name=name, by=request.user, at=timezone.now(), source=Source.API, **given)
    return Status(201, _answer_one(request, item))


@router.get("/cases/{ref}/evidence", response=EvidencePage, summary=gettext_noop("A case's proof"))
def list_evidence(request: ApiRequest, ref: str, asked: Query[PageQuery]) -> dict[str, Any]:
    """In the order in which it was added, withdrawn pieces as well."""
    case = find_case(ref, user=request.user, token=request.auth)
    items = EvidenceItem.objects.filter(case_id=case.pk).select_related("case", "added_by", "withdrawn_by")
    found, next_cursor = page_of(items, by=("added_at", "pk"), cursor=asked.cursor, limit=asked.limit)
    warnings = item_warnings(found, user=request.user, token=request.auth)
    return {"items": [_answer(item, warnings[item.pk]) for item in found], "next_cursor": next_cursor}


@router.get("/evidence/{item_id}", response=EvidenceAnswer, summary=gettext_noop("A piece of proof"))
def get_evidence(request: ApiRequest, item_id: str) -> dict[str, Any]:
    return _answer_one(request, find_item(item_id, user=request.user, token=request.auth))


@router.get("/evidence/{item_id}/file", openapi_extra=FILE, summary=gettext_noop("Its file"))
def get_evidence_file(request: ApiRequest, item_id: str) -> HttpResponseBase:
    """`Range`, `If-Range` and `If-None-Match` are honoured."""
    return serve_file(request, find_item(item_id, user=request.user, token=request.auth))


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
        "warnings": [{"code": warning.code, "message": str(warning.message)} for warning in warnings],
        "confirmed": item.confirmed,
        "added_at": item.added_at,
        "added_by": item.added_by.username,
        "withdrawn_at": item.withdrawn_at,
        "withdrawn_by": item.withdrawn_by.username if item.withdrawn_by else "",
        "withdrawn_reason": item.withdrawn_reason,
        "file": reverse("api-1:get_evidence_file", args=[item.pk]),
    }
