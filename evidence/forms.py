"""What is said with a file, and with its withdrawal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable

if TYPE_CHECKING:
    from django.http import HttpRequest

KNOWN_FIELDS = frozenset({"caption", "confirmed"})


class UploadForm(forms.Form):
    """Which slot a file goes into; the file itself is checked by its content."""

    slot = forms.CharField(required=False, max_length=60)
    caption = forms.CharField(required=False, max_length=200)

    def clean_caption(self) -> str:
        caption: str = self.cleaned_data["caption"]
        try:
            caption.encode()
        except UnicodeEncodeError as error:
            raise forms.ValidationError(_("The text holds characters that cannot be kept.")) from error
        return caption


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=200, error_messages={"required": _("Say why this proof is withdrawn.")})


def said_with_upload(request: HttpRequest) -> dict[str, Any]:
    """Slot, caption and what was confirmed; a program may give the last two as one JSON object, `fields`.

    Raises `Unprocessable`.
    """
    given = _json_fields(request.POST.get("fields", ""))
    confirmed = given.pop("confirmed", request.POST.getlist("confirmed"))
    if not isinstance(confirmed, list) or not all(isinstance(code, str) for code in confirmed):
        message = _("A list of the points that were confirmed.")
        raise Unprocessable(message, fields={"confirmed": message})
    posted = {name: request.POST[name] for name in UploadForm.base_fields if name in request.POST}
    return {**said(UploadForm({**given, **posted})), "confirmed": confirmed}


def _json_fields(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not KNOWN_FIELDS.issuperset(given):
        message = _("A JSON object with the keys: caption, confirmed.")
        raise Unprocessable(message, fields={"fields": message})
    return given


def said(form: forms.Form) -> dict[str, Any]:
    """The form's values. Raises `Unprocessable` with what is wrong with each field."""
    if not form.is_valid():
        faults = {name: " ".join(str(fault) for fault in errors) for name, errors in form.errors.items()}
        raise Unprocessable(" ".join(faults.values()), fields=faults)
    return form.cleaned_data
