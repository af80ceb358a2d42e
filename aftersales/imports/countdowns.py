"""The platform's own countdowns that a row reports. A duration is never made up: only what a column says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.imports.rows import ParsedDeadline

if TYPE_CHECKING:
    from aftersales.imports.cells import Cells
    from aftersales.imports.column_map import StatusRule


def reported_deadlines(cells: Cells, rule: StatusRule | None) -> tuple[ParsedDeadline, ...]:
    """One for each step that somebody still has to take: of two for one step the earlier.

    `rule` is what the map says of the row's status, None where it is unknown: then only a countdown that is always
    the same party's counts, and any other makes a warning.
    """
    if rule is not None and rule.party is None:
        return ()  # closed: nobody has to act any more
    found: dict[str, ParsedDeadline] = {}
    for countdown in cells.column_map.countdown:
        if not cells.matches(countdown.when):
            continue
        party = countdown.party or (rule.party if rule else None)
        for column, due_at, beside in cells.entries(countdown.due, countdown.subject_from):
            if due_at is None:
                continue
            if party is None:
                message = _("The platform runs a countdown, but the unknown status does not say for whom.")
                cells.warn(countdown.due, "countdown_unclear", message)
                continue
            subject = countdown.subject or beside or cells.text("status")
            if subject not in found or due_at < found[subject].due_at:
                found[subject] = ParsedDeadline(due_at, party.value, subject, column)
    return tuple(found.values())


def tells_deadlines(cells: Cells) -> bool:
    """Whether the row has a place for every countdown of its shape, so that an empty one says that there is none."""
    rules = cells.column_map.countdown
    return bool(rules) and all(cells.has_place_for(countdown.due) for countdown in rules)
