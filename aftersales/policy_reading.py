"""Read policy packs: from a file, from TOML, from what is stored; every fault in words and with its place. Pure."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from aftersales.errors import PolicyRefused
from aftersales.facts import explain
from aftersales.policy import Pack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from django.utils.functional import _StrOrPromise
    from pydantic_core import ErrorDetails


def parse_pack(content: Mapping[str, Any], *, name: str) -> Pack:
    """Check a pack's content. Raises `PolicyRefused` with every fault and where it stands."""
    try:
        return Pack.model_validate(content)
    except ValidationError as error:
        faults = _faults(error, content, name=name)
        details = "; ".join(f"{place}: {fault}" for place, fault in faults.items())
        raise PolicyRefused(f"{name}: {details}", fields=faults) from error


def read_toml(text: str, *, name: str) -> Pack:
    """Read a pack from TOML. Raises `PolicyRefused`."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = _("%(name)s is no TOML: %(fault)s") % {"name": name, "fault": error}
        raise PolicyRefused(message, fields={name: message}) from error
    return parse_pack(content, name=name)


def read_text(path: Path) -> str:
    """The text of a pack's file. Raises `PolicyRefused` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = _("%(name)s cannot be read: %(fault)s") % {"name": path.name, "fault": error}
        raise PolicyRefused(message, fields={path.name: message}) from error


def read_pack(path: Path) -> Pack:
    """Read a pack from a TOML file. Raises `PolicyRefused`."""
    return read_toml(read_text(path), name=path.name)


def _faults(error: ValidationError, content: Mapping[str, Any], *, name: str) -> dict[str, str]:
    """Each fault by its place, such as `deadline.0.hours`; what concerns the whole pack stands under its name.

    Places count from 0, so the entry's own code stands before the fault.
    """
    faults = {}
    for fault in error.errors(include_url=False):
        code, said = _code_at(fault["loc"], content), _told(fault)
        faults[".".join(str(part) for part in fault["loc"]) or name] = f"{code}: {said}" if code else said
    return faults


def _code_at(place: tuple[int | str, ...], content: Mapping[str, Any]) -> str:
    """The code of the entry that a place lies in, such as `ticket_evidence`; empty outside entries."""
    match place:
        case (str(section), int(number), *_inside):
            entries = content.get(section)
            entry = entries[number] if isinstance(entries, list) else None
            return str(entry.get("code", "")) if isinstance(entry, dict) else ""
    return ""


_A_DATE = gettext_lazy("Give a date such as 2024-06-01.")
_A_NUMBER = gettext_lazy("Give a number, such as 48.")
_ONE_OF = gettext_lazy("Choose one of these: %(limit)s.")
# By pydantic's type of fault: what to say, and the name of the limit in the fault's context.
_SAID: dict[str, tuple[_StrOrPromise, str]] = {
    "greater_than": (gettext_lazy("This must be more than %(limit)s."), "gt"),
    "greater_than_equal": (gettext_lazy("This must be at least %(limit)s."), "ge"),
    "less_than_equal": (gettext_lazy("This must be at most %(limit)s."), "le"),
    "too_short": (gettext_lazy("At least %(limit)s is needed."), "min_length"),
    "string_pattern_mismatch": (gettext_lazy("This does not have the form %(limit)s."), "pattern"),
    "enum": (_ONE_OF, "expected"),
    "literal_error": (_ONE_OF, "expected"),
    "float_type": (_A_NUMBER, ""),
    "float_parsing": (_A_NUMBER, ""),
    "date_type": (_A_DATE, ""),
    "date_parsing": (_A_DATE, ""),
    "date_from_datetime_parsing": (_A_DATE, ""),
    "date_from_datetime_inexact": (_A_DATE, ""),
}


def _told(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context["error"])
    if fault["type"] in _SAID:
        said, name = _SAID[fault["type"]]
        limit = context.get(name, "")
        return str(said) % {"limit": f"{limit:g}" if isinstance(limit, float) else limit}
    return str(explain(fault["type"], fault["msg"]))
