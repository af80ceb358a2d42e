"""What differs between two packs, in words. Pure.

It walks the fields of the packs' own models, so that a field that is new there is compared as well; what differs
is always told, also where nobody has given its field a label. Entries of a list are matched by their code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from aftersales.policy_words import field_words, lines, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftersales.policy import Pack

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
SHORT = 4  # entries of both lists, which are read at a glance


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `place` is its path, such as `deadline.ticket_evidence.hours`.

    `subject` names the entry that it is about (or nothing, for the pack itself), `field` what of it; an entry that
    was added or removed has no field. `gist` says of long lists what came and what went.
    """

    kind: str
    place: str
    subject: str
    field: str
    old: str
    new: str
    gist: str = ""

    @property
    def said(self) -> str:
        """The difference without its subject, in one line."""
        if self.kind == ADDED:
            return _("new: %(what)s") % {"what": self.new}
        if self.kind == REMOVED:
            return _("no longer there: %(what)s") % {"what": self.old}
        return f"{self.field}: {self.gist or f'{self.old} → {self.new}'}"

    @property
    def text(self) -> str:
        """The whole sentence."""
        return " – ".join(filter(None, [self.subject, self.said]))


def pack_changes(old: Pack, new: Pack) -> list[Change]:
    """Every difference, in the order in which a pack is written; nothing where both say the same."""
    return list(_fields(old, new, (), "", ()))


def _fields(
    old: BaseModel, new: BaseModel, place: tuple[str, ...], subject: str, labels: tuple[str, ...]
) -> Iterator[Change]:
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if not _differ(before, after):
            continue
        where, called = (*place, name), (*labels, field_words(name))
        if _has_codes(before) or _has_codes(after):
            yield from _entries(before, after, where, subject)
        elif isinstance(before, BaseModel) and type(before) is type(after):
            yield from _fields(before, after, where, subject, called)
        else:
            told_before, told_after = told(before, name), told(after, name)
            gist = _gist(before, after, name)
            yield Change(CHANGED, ".".join(where), subject, " · ".join(called), told_before, told_after, gist)


def _entries(before: list[Any], after: list[Any], place: tuple[str, ...], subject: str) -> Iterator[Change]:
    """Entries with a code: which are new, gone or changed; and their order, where nothing else tells of it."""
    old, new = ({entry.code: entry for entry in entries} for entries in (before, after))
    title = field_words(place[-1])
    for code in [*old, *(code for code in new if code not in old)]:
        called = " – ".join(filter(None, [subject, f"{title}: {told(new.get(code) or old[code])}"]))
        where = (*place, code)
        if code not in new:
            yield Change(REMOVED, ".".join(where), called, "", _summary(old[code]), "")
        elif code not in old:
            yield Change(ADDED, ".".join(where), called, "", "", _summary(new[code]))
        else:
            yield from _fields(old[code], new[code], where, called, ())
    kept = [[code for code in codes if code in old and code in new] for codes in (old, new)]
    if kept[0] != kept[1]:
        order = _("order of %(entries)s") % {"entries": title}
        yield Change(CHANGED, ".".join(place), subject, order, ", ".join(kept[0]), ", ".join(kept[1]))


def _gist(before: object, after: object, field: str) -> str:
    """What came into a list and what went out of it; empty for short ones, and where only the order changed."""
    if not isinstance(before, list) or not isinstance(after, list) or len(before) + len(after) <= SHORT:
        return ""
    came, went = ([one for one in these if one not in those] for these, those in ((after, before), (before, after)))
    said = [_("added: %(what)s") % {"what": told(came, field)}] if came else []
    said += [_("removed: %(what)s") % {"what": told(went, field)}] if went else []
    return "; ".join(said)


def _has_codes(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], BaseModel) and hasattr(value[0], "code")


def _differ(before: object, after: object) -> bool:
    """Python holds 1 and True for equal, a pack does not; one moment may be written with two offsets."""
    return before != after or (not isinstance(before, datetime) and repr(before) != repr(after))


def _summary(entry: BaseModel) -> str:
    """Everything an entry says beyond its defaults, in one line."""
    return "; ".join(f"{label}: {value}" for label, value in lines(entry))
