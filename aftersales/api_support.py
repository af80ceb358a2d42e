"""What every call of the API shares: who asks and how often, times and money, pages, and calls that are repeated."""

from __future__ import annotations

import functools
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from ninja.responses import NinjaJSONEncoder
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from ninja.utils import contribute_operation_callback
from pydantic import AwareDatetime, BaseModel, Field, PlainSerializer, StringConstraints, WithJsonSchema

from aftersales.facts import EARLIEST, LATEST
from aftersales.models import ApiToken, User
from aftersales.permissions import check_write
from aftersales.selectors.paging import MOST, PAGE
from aftersales.selectors.tokens import usable_token
from aftersales.services.idempotency import LONGEST_KEY, Answer, answer_once
from aftersales.services.tokens import note_use

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.files.base import File
    from ninja.operation import Operation

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
A_MINUTE = 60

# A moment that is told: in the desk's time zone, with offset, to the microsecond.
Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: timezone.localtime(moment).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
# A moment that is asked for: with offset, and of this century, so that clocks can be added to it.
MomentIn = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
Money = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2}$"}, mode="serialization"),
]
MoneyIn = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class ApiRequest(HttpRequest):
    """A request that `TokenAuth` has let in."""

    auth: ApiToken
    user: User


class TokenAuth(HttpBearer):
    """A bearer token that is in use; a read-only one may ask, not change."""

    openapi_description = "`Authorization: Bearer desk_…`; `manage.py create_api_token` gives out tokens."

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Raises `NotAllowed` where a read-only token would write."""
        found = usable_token(token)
        if found is None:
            return None
        if request.method not in READS:
            check_write(found)
        note_use(token=found, now=timezone.now())
        request.user = found.user
        return found


class TokenThrottle(BaseThrottle):
    """At most `API_CALLS_PER_MINUTE` calls of one token in a calendar minute, for each web process."""

    def allow_request(self, request: HttpRequest) -> bool:
        token = getattr(request, "auth", None)
        if not isinstance(token, ApiToken):
            return True
        key = f"api-calls-{token.pk}-{int(timezone.now().timestamp()) // A_MINUTE}"
        cache.add(key, 0, timeout=2 * A_MINUTE)
        most: int = settings.API_CALLS_PER_MINUTE
        return cache.incr(key) <= most

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return A_MINUTE - timezone.now().timestamp() % A_MINUTE


class PageQuery(Schema):
    """Which part of a list."""

    cursor: Annotated[str, Field(max_length=500)] = Field("", description="`next_cursor` of the page before.")
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


def told_by_name(shapes: Mapping[str, type[BaseModel]]) -> str:
    """What `data` may hold, for the schema: a line for each name, with * behind what is needed."""
    lines = []
    for name, shape in shapes.items():
        fields = [f"{key}*" if field.is_required() else key for key, field in shape.model_fields.items()]
        lines.append(f"{name}: {', '.join(fields) or 'nothing'}")
    return "\n".join(lines)


IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "The same key with the same call gives the first answer again, for 24 hours.",
}

if TYPE_CHECKING:
    View = Callable[..., Status[Any]]


def idempotent(view: View) -> View:
    """Stands under `@router.post(…)` of a creating call: it honours the header `Idempotency-Key`.

    The view answers a `Status`; all that it does in the database is one transaction with the key.
    """

    def honour_key(operation: Operation) -> None:
        extra = operation.openapi_extra or {}
        operation.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), IDEMPOTENCY_HEADER]}
        operation.view_func = _once(operation.view_func)

    contribute_operation_callback(view, honour_key)
    return view


def _once(view: View) -> View:
    @functools.wraps(view)
    def repeatable(request: ApiRequest, **values: Any) -> Status[Any]:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, **values)

        def act() -> Answer:
            status = view(request, **values)
            return Answer(status.status_code, json.loads(json.dumps(_plain(status.value), cls=NinjaJSONEncoder)))

        answer = answer_once(
            token=request.auth, key=key, request_hash=_fingerprint(request), now=timezone.now(), act=act
        )
        return Status(answer.status, answer.body)

    return repeatable


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, Schema) else value


def _fingerprint(request: HttpRequest) -> str:
    """SHA-256 of what was asked; of an upload's content, since each request marks its parts differently."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name in sorted(request.POST):
        digest.update(json.dumps([name, request.POST.getlist(name)]).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(json.dumps([name, upload.name]).encode())
            digest.update(_content_hash(upload))
    return digest.hexdigest()


def _content_hash(upload: File[bytes]) -> bytes:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.digest()
