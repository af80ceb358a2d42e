"""The page that a phone opens by a QR code: no login, one slot of one case, and nothing told of the case."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.errors import DeskError
from evidence.checks import FileWarning
from evidence.errors import LinkEnded, LinkTaken
from evidence.limits import Limits
from evidence.names import clean_name
from evidence.receiving import MOST_AT_ONCE, discard_body, open_gate, received_files
from evidence.selectors.slots import kinds_taken
from evidence.selectors.upload_links import check_device, find_upload_link, is_device, phone_page
from evidence.services.upload_links import add_by_link, claim_upload_link, finish_upload_link
from evidence.views import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from evidence.models import UploadLink

COOKIE = "upload_device"
DEVICE_BYTES = 24
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file of a form without script."""

    name: str
    warnings: list[str]
    problem: _StrOrPromise = ""


# The secret in the address is what a CSRF token would be; and the page sends no referrer, without which Django
# would not believe a token. Another site's form comes without the device's cookie.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def phone_upload(request: HttpRequest, secret: str) -> HttpResponse:
    """The first device to open the page has it for itself; a script sends one file a request and gets JSON."""
    return _answered(request, _receive if request.method == "POST" else _open, secret)


@login_not_required
@csrf_exempt
@require_POST
def phone_done(request: HttpRequest, secret: str) -> HttpResponse:
    return _answered(request, _finish, secret)


def _answered(
    request: HttpRequest, act: Callable[[HttpRequest, UploadLink, datetime], HttpResponse], secret: str
) -> HttpResponse:
    at = timezone.now()
    try:
        answer = act(request, find_upload_link(secret, at=at), at)
    except DeskError as error:
        if isinstance(error, LinkEnded | LinkTaken):
            discard_body(request)  # a phone in the middle of a photo hears why
        answer = _refusal(request, error)
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _open(request: HttpRequest, link: UploadLink, at: datetime) -> HttpResponse:
    device = request.COOKIES.get(COOKIE, "")
    if is_device(link, device):
        return _page(request, link, at)
    if link.claimed_at is None and _only_looks(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    device = secrets.token_urlsafe(DEVICE_BYTES)
    claim_upload_link(link=link, device=device, at=at)
    answer = _page(request, link, at)
    answer.set_cookie(
        COOKIE,
        device,
        max_age=math.ceil((link.expires_at - at).total_seconds()),
        path=request.path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _only_looks(request: HttpRequest) -> bool:
    """A preview in a chat or a page fetched ahead is not the phone."""
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "HEAD" or "prefetch" in purpose


def _receive(request: HttpRequest, link: UploadLink, at: datetime) -> HttpResponse:
    device = request.COOKIES.get(COOKIE, "")
    check_device(link, device)
    is_script = answers.wants_json(request)
    open_gate(request, files=1 if is_script else MOST_AT_ONCE, kinds=kinds_taken(link.case, at))
    confirmed = request.POST.getlist("confirmed")
    files = received_files(request, most=1 if is_script else MOST_AT_ONCE)
    results: list[Result] = []
    for path, name in files:
        shown = clean_name(name)  # not the kept piece's: the same file may have come under another name before
        try:
            item = add_by_link(link=link, device=device, path=path, name=name, at=at, confirmed=confirmed)
        except DeskError as error:
            if is_script:
                raise
            results.append(Result(shown, [], error.message))
        else:
            warnings = [str(FileWarning(code).label) for code in item.warnings]
            results.append(Result(shown, warnings))
    if is_script:
        [result] = results
        return answers.added(result.name, result.warnings, room=phone_page(link, at=at).room)
    return _page(request, link, at, results)


def _finish(request: HttpRequest, link: UploadLink, at: datetime) -> HttpResponse:
    finish_upload_link(link=link, device=request.COOKIES.get(COOKIE, ""), at=at)
    answer = render(request, "evidence/phone_done.html")
    answer.delete_cookie(COOKIE, path=request.path.removesuffix("done/"))
    return answer


def _page(request: HttpRequest, link: UploadLink, at: datetime, results: Sequence[Result] = ()) -> HttpResponse:
    context = {
        "page": phone_page(link, at=at),
        "results": results,
        "done_address": f"{request.path}done/",
        "max_bytes": Limits().bytes_of("image"),
        "max_film_bytes": Limits().bytes_of("video"),
    }
    return render(request, "evidence/phone.html", context)


def _refusal(request: HttpRequest, error: DeskError) -> HttpResponse:
    if answers.wants_json(request):
        return answers.refusal(error)
    return render(request, "evidence/phone_ended.html", {"error": error}, status=error.status)
