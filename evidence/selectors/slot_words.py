"""What a slot for proof asks for, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from aftersales.selectors.wording import words
from aftersales.slot_states import same_group
from aftersales.transitions import TRANSITIONS
from evidence.media import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case
    from aftersales.policy import Pack
    from aftersales.policy_appeals import AppealOrGround, SlotRule
    from aftersales.situation import Situation

FAMILIES: dict[str, _StrOrPromise] = {
    "image": _("pictures"),
    "pdf": "PDF",
    "video": _("videos"),
}
# Some browsers know HEIC by its ending only.
ENDINGS = {"image": [".heic", ".heif"]}


def accept(rule: SlotRule) -> str:
    """For a file input: what a browser offers to choose."""
    types = [media.name for media in MEDIA_TYPES.values() if media.kind in rule.takes]
    return ",".join([*types, *(ending for taken in rule.takes for ending in ENDINGS.get(taken, []))])


def takes(rule: SlotRule) -> str:
    return " / ".join(str(FAMILIES[taken]) for taken in rule.takes)


def how_many(rule: SlotRule) -> _StrOrPromise:
    if rule.at_least == rule.at_most:
        return ngettext_lazy("%(most)s file", "%(most)s files", rule.at_most) % {"most": rule.at_most}
    if rule.at_least > 1:
        return format_lazy(_("{least} to {most} files"), least=rule.at_least, most=rule.at_most)
    return format_lazy(_("up to {most} files"), most=rule.at_most)


def necessity(rule: SlotRule, situation: Situation, *, is_open: bool) -> _StrOrPromise:
    if is_open and rule.needed_for:
        return _("one of several is required") if same_group(rule, situation.slots) else _("required")
    return _("required for some appeals") if rule.required_by else _("optional")


def needed_for(rule: SlotRule, case: Case, situation: Situation) -> _StrOrPromise:
    """The actions that this case's kind has and that need the slot, which slot would do instead, and the appeals.

    An ended case has no such action left: its proof is for appeals.
    """
    needs = rule.needed_for if case.closed_at is None else []
    actions = [str(TRANSITIONS[name].label) for name in needs if hasattr(case, name)]
    said: list[_StrOrPromise] = []
    if actions:
        said.append(_actions(" / ".join(actions), [words(one.name) for one in same_group(rule, situation.slots)]))
    if required := appeal_names(rule.required_by, situation.pack):
        said.append(format_lazy(_("required for appeals: {names}"), names=" / ".join(required)))
    if not said and (helped := appeal_names(rule.appeals, situation.pack)):
        said.append(format_lazy(_("for appeals: {names}"), names=" / ".join(helped)))
    return " · ".join(str(one) for one in said)


def _actions(actions: str, others: list[str]) -> _StrOrPromise:
    if not others:
        return format_lazy(_("needed for: {actions}"), actions=actions)
    return format_lazy(_("needed for: {actions} (or {others} instead)"), actions=actions, others=" / ".join(others))


def appeal_names(entries: Iterable[AppealOrGround], pack: Pack) -> list[str]:
    """`rights` is the type's name; `rights.empty` and `rights.fewer` together are the type's with its grounds."""
    names = []
    for appeal in pack.appeal:
        grounds = [words(ground.name) for ground in appeal.grounds if f"{appeal.code}.{ground.code}" in entries]
        if appeal.code in entries:
            names.append(words(appeal.name))
        elif grounds:
            names.append(f"{words(appeal.name)} ({', '.join(grounds)})")
    return names
