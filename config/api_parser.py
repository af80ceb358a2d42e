"""Read a call's text: what no database can hold is refused before anything else happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Never

from django.utils.translation import gettext as _
from ninja.parser import Parser

from aftersales.errors import BadRequest

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.datastructures import MultiValueDict


class TextParser(Parser):
    """Raises `BadRequest` for text with a NUL or half a character in it; NaN and Infinity are no JSON."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(request.body, parse_constant=_refuse)
        _check_text(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        values: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        _check_text(values)
        return values


def _refuse(constant: str) -> Never:
    raise ValueError(constant)


def _check_text(value: object) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise BadRequest(_("The text holds characters that cannot be kept."), code="bad_text")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
