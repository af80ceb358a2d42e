"""When a clock's people are told of it. Pure: no database, no clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aftersales.enums import ClockKind, Party

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.policy import DeadlineRule

# Some platforms tell what is left in whole hours: an end that moves by less is the same end, and is not told again.
SLIGHT = timedelta(hours=1)


def warn_moments(rule: DeadlineRule, party: str, due_at: datetime) -> list[datetime]:
    """Ascending. None where somebody else must act, and none for a gate, which nobody can miss.

    An urgent task is told when it starts.
    """
    if party != Party.MERCHANT or rule.clock == ClockKind.GATE:
        return []
    if rule.clock == ClockKind.TASK:
        return [due_at] if rule.urgent else []
    return sorted(due_at - timedelta(hours=hours) for hours in rule.warn_hours)


def passed_warning(rule: DeadlineRule, party: str, due_at: datetime, *, at: datetime) -> datetime | None:
    """The latest warn moment until `at`: after a pause it alone is told, not all that were missed."""
    return max((moment for moment in warn_moments(rule, party, due_at) if moment <= at), default=None)


def next_telling(rule: DeadlineRule, party: str, due_at: datetime, *, after: datetime) -> datetime | None:
    """The next warn moment; after the last one the end itself, where a breach is told.

    A window that closes is nobody's breach, and neither is advice that was not followed (A14).
    """
    moments = warn_moments(rule, party, due_at)
    if party == Party.MERCHANT and rule.clock == ClockKind.DUTY and not rule.soft:
        moments.append(due_at)
    return next((moment for moment in moments if moment > after), None)


def first_telling(rule: DeadlineRule, party: str, due_at: datetime, *, at: datetime) -> datetime | None:
    """For a clock, or a new end of one, that is learnt at `at`.

    Of moments that have passed the latest is made up for; what was over before it was learnt is history and raises
    no alarm. A task is owed however late it is learnt.
    """
    if due_at < at and rule.clock != ClockKind.TASK:
        return None
    return passed_warning(rule, party, due_at, at=at) or next_telling(rule, party, due_at, after=at)


def kept_telling(warn_at: datetime | None, *, was_due: datetime, due_at: datetime) -> datetime | None:
    """After a slight move: the same moment, moved with the end. `None` stays: everything has been told."""
    return warn_at + (due_at - was_due) if warn_at else None


def is_slight(was_due: datetime, due_at: datetime) -> bool:
    return abs(due_at - was_due) <= SLIGHT
