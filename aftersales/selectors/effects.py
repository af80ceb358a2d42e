"""What a transition would do to the clocks, said before it is taken: which it ends, which it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.enums import ClockKind
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from aftersales.policy import DeadlineRule
    from aftersales.policy_parts import Match
    from aftersales.situation import Situation
    from aftersales.transitions import Transition


def clock_effects(step: Transition, situation: Situation) -> list[str]:
    """In words, ends before starts. What depends on the step's data (`where`) is not foretold."""
    ended = [
        clock.rule
        for clock in situation.clocks
        if clock.ended_at is None
        and clock.rule.clock != ClockKind.GATE
        and _names(step, [*clock.rule.stops_on, *clock.rule.stops_on_all])
    ]
    effects = [_ended(rule, step, situation) for rule in _once(ended)]
    running = {clock.rule.code for clock in situation.clocks if clock.ended_at is None}
    for rule in situation.pack.deadline:
        starts = situation.kind in rule.kinds and rule.hours and _names(step, rule.starts_on)
        if starts and rule.code not in running:
            until = f"{localtime(situation.at + rule.length):%m-%d %H:%M}"
            text = _("Starts %(name)s: %(hours)g h, until %(until)s")
            effects.append(text % {"name": words(rule.name), "hours": rule.hours, "until": until})
    return effects


def _names(step: Transition, matches: list[Match]) -> bool:
    return any(match.type == step.event and not match.where for match in matches)


def _once(rules: list[DeadlineRule]) -> list[DeadlineRule]:
    return list({rule.code: rule for rule in rules}.values())


def _ended(rule: DeadlineRule, step: Transition, situation: Situation) -> str:
    """A clock that several steps stop together goes on until the last of them (KS-32)."""
    missing = [match for match in rule.stops_on_all if match.type != step.event and not situation.has(match.type)]
    text = _("One of the steps that end %(name)s") if missing else _("Ends %(name)s")
    return text % {"name": words(rule.name)}
