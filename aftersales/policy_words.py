"""What a pack says, in words of the reader's language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from aftersales.enums import EventType
from aftersales.facts import FACTS
from aftersales.policy_parts import Consequence, Match, Words
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrOrPromise

    from aftersales.policy import Pack

# The fields of a pack, by their name at any depth.
FIELDS: dict[str, _StrOrPromise] = {
    "platform": _("Platform"),
    "version": _("Version"),
    "effective_from": _("Holds from"),
    "appeal_locks": _("Facts after which no appeal is taken"),
    "stall": _("Stalled parcels"),
    "reject": _("Late and early rejections"),
    "reception": _("Giving out cases"),
    "usual_limit": _("Usual limit of a person"),
    "urgent": _("Goes first"),
    "deadline": _("Deadlines"),
    "slot": _("Proof slots"),
    "appeal": _("Appeals"),
    "grounds": _("Grounds"),
    "code": _("Code"),
    "rules": _("Rule numbers"),
    "name": _("Name"),
    "kinds": _("Kinds of case"),
    "clock": _("Kind of clock"),
    "party": _("Who must act"),
    "hours": _("Length"),
    "reported": _("The platform reports the end"),
    "starts_on": _("Starts with"),
    "starts_on_all": _("Starts at the last of"),
    "measured_from": _("Counted from"),
    "cleared_by": _("A start is undone by"),
    "stops_on": _("Met by"),
    "stops_on_all": _("Met when all are done"),
    "restarts_on": _("Measured anew from"),
    "cancelled_by": _("Cancelled by"),
    "extendable": _("Can be moved by hand"),
    "soft": _("Advice only"),
    "locks_appeals": _("A breach locks later appeals"),
    "warn_hours": _("Warnings before the end"),
    "consequence": _("Consequence"),
    "next_step": _("Next step"),
    "source": _("Source"),
    "as_of": _("As of"),
    "money": _("Money at stake"),
    "scans": _("Signs of movement"),
    "paused_by": _("Not watched after"),
    "ended_by": _("Not watched any more after"),
    "agreement_after_hours": _("Agreement needed after"),
    "agreement_slot": _("Slot of the agreement"),
    "last_hours": _("Last hours of the countdown"),
    "shows": _("What it shows"),
    "issues": _("Issues"),
    "needed_for": _("Needed for"),
    "group": _("Group"),
    "appeals": _("Needed for appeals"),
    "at_most": _("At most"),
    "checklist": _("To be confirmed"),
    "is_strict": _("Taken only when all is confirmed"),
    "window": _("Window"),
    "gate": _("Not before"),
    "items": _("Items"),
    "statement_max": _("Longest statement"),
    "evidence_min": _("Least proof"),
    "locks_order": _("A lost item locks the order"),
    "needs": _("Once this has happened"),
    "not_after": _("Not after"),
    "orders_max": _("Orders of one filing"),
    "quota": _("Quota"),
    "a_month": _("A calendar month and shop"),
    "is_reconsidered": _("Can be reconsidered once"),
    "example": _("Drawing"),
    "required_by": _("Appeals not taken without it"),
    "takes": _("Kinds of file"),
    "at_least": _("At least"),
    "destination": _("Destinations of packets"),
    "says": _("What its form takes"),
    "form": _("Form"),
    "images_min": _("Pictures at least"),
    "images_max": _("Pictures at most"),
    "extra_images": _("Optional pictures"),
    "warn_bytes": _("Doubtful above"),
    "refuse_bytes": _("Refused above"),
    "masks": _("Personal data masked"),
    "files_appeals": _("An appeal can be handed in with it"),
    "zh": pgettext_lazy("language", "Chinese"),
    "en": pgettext_lazy("language", "English"),
}
_VALUES: dict[tuple[str, str], _StrOrPromise] = {
    ("money", "refund_amount"): _("the refund"),
    ("money", "none"): _("none"),
    ("items", "liability"): _("Liability"),
    ("items", "payment"): _("Payment for goods"),
    ("items", "freight"): _("Freight"),
    ("takes", "image"): _("picture"),
    ("takes", "pdf"): _("PDF"),
    ("takes", "video"): _("video"),
    ("form", "pdf"): _("one PDF"),
    ("form", "images"): _("pictures"),
    ("form", "archive"): _("archive"),
}


def field_words(name: str) -> str:
    """A field's label; the name itself where it has none."""
    return str(FIELDS.get(name, name))


def hours_words(hours: float) -> str:
    return gettext("%(hours)s h") % {"hours": f"{hours:g}"}


_UNITS: dict[str, Callable[[float], str]] = {
    **dict.fromkeys(("hours", "warn_hours", "agreement_after_hours", "last_hours"), hours_words),
    **dict.fromkeys(("warn_bytes", "refuse_bytes"), lambda size: f"{size:,} B"),
}


def match_words(match: Match) -> str:
    """Such as `Offer accepted (offer = reship)`."""
    label = str(EventType(match.type).label)
    where = ", ".join(_condition(match.type, key, value) for key, value in match.where.items())
    return f"{label} ({where})" if where else label


def _condition(event: EventType, key: str, value: Any) -> str:
    """The word for a value where the fact's data has one, else `key = value`."""
    fields = FACTS[event].model_fields if event in FACTS else {}
    said = fields[key].annotation if key in fields else None
    for choices in (said, *get_args(said)):
        if isinstance(choices, type) and issubclass(choices, TextChoices) and value in choices.values:
            return str(choices(value).label)
    return f"{key} = {_plain(value)}"


def told(value: Any, field: str = "") -> str:  # noqa: PLR0911 - one line for each type that a pack holds
    """A value of a pack as a person reads it; `field` is the name that it has there."""
    if value is None or value == "":
        return gettext("nothing")
    if isinstance(value, Match):
        return match_words(value)
    if isinstance(value, Words):
        said = value.in_language(get_language() or "zh-hans")
        at_stake = isinstance(value, Consequence) and value.money == "refund_amount"
        return gettext("%(consequence)s (the refund is at stake)") % {"consequence": said} if at_stake else said
    if isinstance(value, BaseModel):
        return (
            f"{told(value.name)} ({value.code})" if hasattr(value, "code") and hasattr(value, "name") else _whole(value)
        )
    if isinstance(value, list):
        separator = " / " if field == "together" else ", "
        inner = "together" if field == "starts_on_all" else field
        return separator.join(told(item, inner) for item in value) or gettext("nothing")
    if isinstance(value, dict):
        return ", ".join(f"{told(key)}: {told(item)}" for key, item in value.items()) or gettext("nothing")
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    return _scalar(value, field)


def lines(entry: BaseModel) -> list[tuple[str, str]]:
    """What an entry says beyond its defaults: the field's label and its value; code and name are its heading."""
    said = []
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if name not in {"code", "name"} and value != field.get_default(call_default_factory=True):
            said.append((field_words(name), told(value, name)))
    return said


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    code: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a pack; its entries are those of a list, or the part itself."""

    code: str
    title: str
    entries: list[Entry]


def sections(pack: Pack) -> list[Section]:
    """All that a pack says but for its own name and moment, in the order in which it is written."""
    found = []
    for part in ("deadline", "reject", "stall", "reception", "appeal_locks", "slot", "appeal", "destination"):
        value = getattr(pack, part)
        if part == "appeal_locks" and value:
            entries = [Entry("", "", [(field_words(part), told(value))])]
        elif isinstance(value, list):
            entries = [Entry(told(one.name), one.code, lines(one)) for one in value]
        else:
            entries = [Entry("", "", lines(value))] if value else []
        if entries:
            found.append(Section(part, field_words(part), entries))
    return found


def _whole(entry: BaseModel) -> str:
    return "; ".join(f"{label}: {value}" for label, value in lines(entry))


def _scalar(value: Any, field: str) -> str:
    if isinstance(value, TextChoices):
        return str(value.label)
    if isinstance(value, date):
        return value.isoformat()
    if field in _UNITS and isinstance(value, int | float):
        return _UNITS[field](value)
    if (field, str(value)) in _VALUES:
        return str(_VALUES[field, str(value)])
    if field == "needed_for" and value in TRANSITIONS:
        return str(TRANSITIONS[value].label)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return f"{value:g}" if isinstance(value, float) else str(value)
