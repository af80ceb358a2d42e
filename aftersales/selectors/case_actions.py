"""Which transitions a case has, which of them are open, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from aftersales.enums import Source, State
from aftersales.errors import TransitionBlocked
from aftersales.selectors.effects import clock_effects
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case
    from aftersales.situation import Situation
    from aftersales.transitions import Transition


@dataclass(frozen=True, slots=True)
class Action:
    """A transition as a reader meets it; `starts_here` tells a need that is unmet from a state that does not fit."""

    rule: Transition
    is_allowed: bool
    starts_here: bool
    reason: _StrOrPromise = ""
    code: str = ""
    effects: tuple[str, ...] = ()  # on the clocks, in words

    @property
    def name(self) -> str:
        return self.rule.name


def check_start(case: Case, rule: Transition, *, source: str) -> None:
    """Raises `TransitionBlocked` where the case's machine has no way from its state."""
    if rule.is_reported and source == Source.PERSON:
        raise TransitionBlocked(_("Only the platform's own data can say this."), code="reported_only")
    if not can_proceed(getattr(case, rule.name)):
        message = _("This is not possible while the case is: {state}.")
        raise TransitionBlocked(format_lazy(message, state=State(case.state).label), code="illegal_transition")


def check_needs(rule: Transition, situation: Situation) -> None:
    """Raises `TransitionBlocked` with the reason of the first need that is not met."""
    for needed in rule.needs:
        needed(situation)


def case_actions(case: Case, situation: Situation, *, source: str = Source.PERSON) -> list[Action]:
    """Every transition of the case's kind; `case` is its kind's proxy."""
    actions = []
    for rule in TRANSITIONS.values():
        if not hasattr(case, rule.name) or (rule.is_reported and source == Source.PERSON):
            continue
        starts_here = False
        try:
            check_start(case, rule, source=source)
            starts_here = True
            check_needs(rule, situation)
        except TransitionBlocked as blocked:
            actions.append(
                Action(rule, is_allowed=False, starts_here=starts_here, reason=blocked.message, code=blocked.error_code)
            )
        else:
            effects = tuple(clock_effects(rule, situation))
            actions.append(Action(rule, is_allowed=True, starts_here=True, effects=effects))
    return actions
