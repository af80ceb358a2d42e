"""How the API says that something failed: one shape for all, `{"error": code, "message": words, "fields": {…}}`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from aftersales.errors import DeskError
from aftersales.facts import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI

logger = logging.getLogger(__name__)


class Error(Schema):
    """Every failure: `error` is for programs, `message` for people, `fields` says what is wrong with which value."""

    error: str
    message: str
    fields: dict[str, str]


def failure(status: int, code: str, message: str, fields: Mapping[str, Any] | None = None) -> HttpResponse:
    words = {name: str(fault) for name, fault in (fields or {}).items()}
    return JsonResponse({"error": code, "message": message, "fields": words}, status=status)


def refused(_request: HttpRequest, error: DeskError) -> HttpResponse:
    return failure(error.status, error.error_code, str(error), error.fields)


def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the call's schema."""
    fields = {_field(fault["loc"]): explain(fault["type"], fault["msg"]) for fault in error.errors}
    return failure(422, "unprocessable", _("Some fields are not right: see below."), fields)


def _field(place: tuple[str | int, ...]) -> str:
    """`("body", "asked", "items", 0, "amount")` is the field `items.0.amount`: programs know no parameter's name."""
    source, *names = (str(part) for part in place)
    if source == "body" and len(names) > 1:
        names = names[1:]
    return ".".join(names) or source


def unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = failure(401, "unauthenticated", _("Send a valid token: Authorization: Bearer …"))
    response["WWW-Authenticate"] = "Bearer"
    return response


def throttled(_request: HttpRequest, _error: Throttled) -> HttpResponse:
    return failure(429, "too_many_requests", _("Too many calls in this minute: wait, then go on."))


def unreadable(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return failure(400, "bad_request", _("The request cannot be read: is the body JSON in UTF-8?"))


def too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return failure(413, "too_large", _("The request is too large."))


def not_found(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return failure(404, "not_found", _("The API has no such address: see /api/v1/docs."))


def forbidden(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return failure(403, "not_allowed", _("You may not do this."))


def wrong_method() -> HttpResponse:
    return failure(405, "method_not_allowed", _("This address does not take this method."))


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: written to the log, told to nobody."""
    if settings.DEBUG:
        raise error
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return failure(500, "server_error", _("This is a fault of the desk: it was written to the log."))


HANDLERS: dict[type[Exception], Any] = {
    Exception: broken,
    DeskError: refused,
    ValidationError: invalid,
    AuthenticationError: unauthenticated,
    Throttled: throttled,
    HttpError: unreadable,
    Http404: not_found,
    PermissionDenied: forbidden,
    RequestDataTooBig: too_large,
    SuspiciousOperation: unreadable,
    MultiPartParserError: unreadable,
    UnreadablePostError: unreadable,
}


def handle_errors(api: NinjaAPI) -> None:
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
