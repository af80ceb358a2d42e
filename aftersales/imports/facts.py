"""Which events a row proves, and when. History is kept, never invented: every moment names its column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType
from aftersales.imports.column_map import TIME_FIELDS
from aftersales.imports.rows import ParsedFact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftersales.imports.cells import Cells
    from aftersales.imports.column_map import FactRule, FieldName, StatusRule
    from aftersales.imports.rows import ParsedDeadline

EARLIER = "request (closing time earlier)"
# What a refund is besides: the desk counts and appeals such refunds in another way.
REFUND_MARKS: tuple[FieldName, ...] = ("rapid", "disputed")

type_order = {event.value: position for position, event in enumerate(EventType)}


class Times:
    """The times of one row, each with the column that it came from."""

    def __init__(self, cells: Cells, requested_at: datetime) -> None:
        self.requested_at = requested_at
        self._times = {name: cells.time(name) for name in TIME_FIELDS}
        self._columns = {name: cells.raw(name)[0] for name in TIME_FIELDS}

    def get(self, name: FieldName) -> datetime | None:
        """The moment of a field."""
        return self._times.get(name)

    @property
    def latest(self) -> datetime:
        """The last moment that the row knows of: of two exports of one case, the later one has the later."""
        return max([self.requested_at, *filter(None, self._times.values())])

    def first(self, names: tuple[FieldName, ...]) -> tuple[datetime, str] | None:
        """The first of these that has a value, with its column."""
        for name in names:
            moment = self._times.get(name)
            if moment is not None:
                return moment, self._columns[name]
        return None


def prove(
    cells: Cells, times: Times, kind: str, rule: StatusRule | None, deadlines: Iterable[ParsedDeadline]
) -> tuple[ParsedFact, ...]:
    """The row's facts in order of time; problems with a moment become warnings of the row."""
    requested_at = times.requested_at
    facts = [ParsedFact(EventType.REFUND_REQUESTED.value, requested_at, {"at_source": cells.raw("requested_at")[0]})]
    moments = [one for one in cells.column_map.moment if times.first(one.at)]
    rules = [one for one in moments if kind in one.kinds and cells.matches(one.when)]
    proven = {one.type for one in rules}
    by_status = [one for one in (rule.facts if rule else ()) if one.type not in proven]
    rules += [one for one in by_status if kind in one.kinds and cells.matches(one.when)]
    facts += [fact for one in rules if (fact := _dated(cells, times, one))]
    facts += [_countdown(times, deadline) for deadline in deadlines]
    return tuple(sorted(facts, key=lambda fact: (fact.at, type_order[fact.type])))


def _dated(cells: Cells, times: Times, rule: FactRule) -> ParsedFact | None:
    data: dict[str, Any] = dict(rule.data)
    if rule.type == EventType.REFUND_SUCCEEDED:
        data |= {name: True for name in REFUND_MARKS if cells.flag(name)}
    if rule.type == EventType.PLATFORM_DECIDED and (liable := cells.column_map.liable.get(cells.comparable("liable"))):
        data["liable"] = liable.value
    found = times.first(rule.at)
    if found is None:
        message = _("The row does not say when this happened: the state is kept, without an event.")
        cells.warn("status", "moment_missing", message)
        return None
    moment, column = found
    if moment < times.requested_at:
        name = next(name for name in rule.at if times.get(name) is not None)
        message = _("This time is before the request: the event is dated at the request.")
        cells.warn(name, "before_request", message)
        return ParsedFact(rule.type.value, times.requested_at, {**data, "at_source": EARLIER})
    return ParsedFact(rule.type.value, moment, {**data, "at_source": column})


def _countdown(times: Times, deadline: ParsedDeadline) -> ParsedFact:
    reported_at = max(times.get("updated_at") or times.requested_at, times.requested_at)
    data = {
        "due_at": deadline.due_at.isoformat(),
        "party": deadline.party,
        "node": deadline.subject,
        "at_source": deadline.column,
    }
    return ParsedFact(EventType.PLATFORM_COUNTDOWN.value, reported_at, data)
