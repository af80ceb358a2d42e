"""What is said with a file, with its caption, its withdrawal and with a change to a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable

if TYPE_CHECKING:
    from django.http import HttpRequest

KNOWN_FIELDS = frozenset({"caption", "confirmed"})
LONGEST_BOXES = 10_000  # characters, of the rectangles of a change


class CaptionForm(forms.Form):
    caption = forms.CharField(required=False, max_length=200)

    def clean_caption(self) -> str:
        caption: str = self.cleaned_data["caption"]
        try:
            caption.encode()
        except UnicodeEncodeError as error:
            raise forms.ValidationError(_("The text holds characters that cannot be kept.")) from error
        return caption


class UploadForm(CaptionForm):
    """Which slot a file goes into; the file itself is checked by its content."""

    slot = forms.CharField(required=False, max_length=60)


class EditForm(CaptionForm):
    """How a picture is to be changed: the rectangles stand in hidden fields, as a script wrote them."""

    turn = forms.IntegerField(required=False)
    crop = forms.CharField(required=False, max_length=LONGEST_BOXES)
    black_out = forms.CharField(required=False, max_length=LONGEST_BOXES)
    replaces = forms.BooleanField(required=False)

    def clean_crop(self) -> Any:
        return _parsed(self.cleaned_data["crop"])

    def clean_black_out(self) -> Any:
        return _parsed(self.cleaned_data["black_out"])


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


def said_with_edit(request: HttpRequest) -> dict[str, Any]:
    """What `derive_evidence` takes. Raises `Unprocessable`."""
    given = said(EditForm(request.POST))
    return {
        "derivation": {name: given[name] for name in ("turn", "crop", "black_out")},
        "caption": given["caption"],
        "confirmed": request.POST.getlist("confirmed"),
        "replaces": given["replaces"],
    }


def _parsed(text: str) -> Any:
    """None for nothing; a text that is no JSON for what is none, which is no rectangle either."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text


def _json_fields(text: str) -> dict[str, Any]:
    if not text:
        return {}
    given = _parsed(text)
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
