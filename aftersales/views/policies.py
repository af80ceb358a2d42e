"""The policy packs: which rules hold, and loading another version in two steps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aftersales.errors import BadRequest, DeskError, PolicyRefused, StaleVersion
from aftersales.forms import PolicyForm
from aftersales.permissions import can_lead, check_lead
from aftersales.policy_reading import read_toml
from aftersales.policy_words import sections
from aftersales.selectors.policies import known_platforms
from aftersales.selectors.policy_versions import find_version, loaded_versions, platform_fingerprint, preview_of
from aftersales.selectors.replay import replay
from aftersales.services.policies import load_pack

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from aftersales.http import DeskRequest
    from aftersales.policy import Pack

WHAT_IF = timedelta(days=30)
MOST_CASES = 1_000  # of the what-if: the page answers in about two seconds
SALT = "aftersales.policies"
STEP = timedelta(hours=2)  # between the two steps


@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: DeskRequest) -> HttpResponse:
    """The versions of every platform; a lead's upload is checked and compared, and loads nothing yet."""
    if request.method != "POST":
        return _list(request, PolicyForm(), status=200)
    check_lead(request.user)
    form = PolicyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        content = upload.read().decode()
    except UnicodeDecodeError:
        form.add_error("file", _("The file is not text in UTF-8."))
        return _list(request, form, status=422)
    return _compared(request, content, upload.name, form)


@require_POST
def policy_load(request: DeskRequest) -> HttpResponse:
    """The second step: what was compared is checked again and loaded. The browser holds it, sealed."""
    check_lead(request.user)
    try:
        sealed = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=STEP)
    except signing.BadSignature as error:
        raise BadRequest(_("This comparison is too old: choose the file again.")) from error
    content, name = sealed["content"], sealed["name"]
    try:
        loaded = load_pack(content=content, name=name, at=timezone.now(), by=request.user, known=sealed["known"])
    except StaleVersion as error:
        return _compared(request, content, name, PolicyForm(), notice=str(error), status=error.status)
    except PolicyRefused as error:
        return _refused(request, PolicyForm(), error)
    messages.success(request, _("%(version)s is loaded.") % {"version": loaded.version})
    return redirect("policy", platform=loaded.platform, version=loaded.version)


@require_GET
def policy(request: DeskRequest, platform: str, version: str) -> HttpResponse:
    """One version, readable by everybody."""
    at = timezone.now()
    found = find_version(platform, version, at=at)
    context = {"found": found, "sections": sections(found.pack), "preview": preview_of(found.pack, at=at)}
    return render(request, "aftersales/policy.html", context)


def _compared(
    request: DeskRequest, content: str, name: str, form: PolicyForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    at = timezone.now()
    try:
        loaded = load_pack(content=content, name=name, at=at, by=request.user, check_only=True)
    except DeskError as error:
        return _refused(request, form, error)
    pack = read_toml(content, name=name)
    known = platform_fingerprint(pack.platform)
    context = {
        "pack": pack,
        "outcome": loaded.outcome,
        "preview": preview_of(pack, at=at),
        "replay": _what_if(request, pack, at),
        "sealed": signing.dumps({"content": content, "name": name, "known": known}, salt=SALT, compress=True),
        "notice": notice,
    }
    return render(request, "aftersales/policy_preview.html", context, status=status)


def _what_if(request: DeskRequest, pack: Pack, at: datetime) -> Any:
    """Of the lead's own shops; nothing for a platform that has no rules so far."""
    if pack.platform not in known_platforms():
        return None
    return replay(pack, since=at - WHAT_IF, until=at, at=at, user=request.user, most=MOST_CASES)


def _refused(request: DeskRequest, form: PolicyForm, error: DeskError) -> HttpResponse:
    return _list(request, form, status=error.status, refusal=error)


def _list(request: DeskRequest, form: PolicyForm, *, status: int, refusal: DeskError | None = None) -> HttpResponse:
    context = {
        "form": form if can_lead(request.user) else None,
        "versions": loaded_versions(at=timezone.now()),
        "refusal": refusal,
        "faults": list(refusal.fields.items()) if refusal else [],
    }
    return render(request, "aftersales/policies.html", context, status=status)
