"""What-if: the facts of the past, folded under another pack. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aftersales.deadlines import Clock, fold
from aftersales.enums import Outcome
from aftersales.models import Case, CaseEvent
from aftersales.policy_history import PackHistory
from aftersales.selectors.policies import rule_book
from aftersales.selectors.situations import facts_of
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from aftersales.deadlines import Fact
    from aftersales.models import User
    from aftersales.policy import Pack

BATCH = 500
NO_CLOCK = "none"  # in place of an outcome: one of the two packs starts no such clock


@dataclass(frozen=True, slots=True)
class Move:
    """How many clocks would have ended otherwise; `old` and `new` are outcomes or `NO_CLOCK`."""

    old: str
    new: str
    count: int

    @property
    def words(self) -> str:
        """Such as `Met → Breached`."""
        return f"{_outcome(self.old)} → {_outcome(self.new)}"


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """One rule in one shop: clocks by outcome, as measured and as they would have been."""

    rule: str
    name: str
    shop: str
    shop_name: str
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """Each outcome that occurs, in words: how many as measured, how many under the other pack."""
        return [
            (str(outcome.label), self.before[outcome], self.after[outcome])
            for outcome in Outcome
            if self.before[outcome] or self.after[outcome]
        ]

    @property
    def moves(self) -> list[Move]:
        """The most frequent first."""
        return [Move(old, new, count) for (old, new), count in sorted(self.changed.items(), key=_by_count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`is_whole` is false where only the newest cases were looked at."""

    platform: str
    version: str
    since: datetime
    until: datetime
    cases: int
    is_whole: bool
    lines: list[ReplayLine]

    @property
    def changed(self) -> int:
        return sum(line.changed.total() for line in self.lines)


def replay(
    pack: Pack, *, since: datetime, until: datetime, at: datetime, user: User | None = None, most: int | None = None
) -> Replay:
    """The clocks that started from `since` to before `until`, had the pack measured them; outcomes as of `at`.

    What people did stays as it was, although another deadline might have moved them. With `user`, only the cases of
    that person's shops; with `most`, only so many of the newest. Raises `PolicyRefused` for an unknown platform.
    """
    book = rule_book(pack.platform)
    other = PackHistory([pack])
    types = {match.type for one in (*book.history.packs, pack) for rule in one.deadline for match in rule.starting}
    started = CaseEvent.objects.filter(
        type__in=types, at__gte=since, at__lt=until, case__shop__platform=pack.platform
    ).order_by("-case_id")
    if user is not None and not user.is_superuser:
        started = started.filter(case__shop__in=user.shops.all())
    ids = list(started.values_list("case_id", flat=True).distinct()[: None if most is None else most + 1])
    is_whole = most is None or len(ids) <= most
    lines: dict[tuple[str, str], ReplayLine] = {}
    for case, facts in _cases_with_facts(ids if is_whole else ids[:most]):
        old, new = (
            {clock.key: clock for clock in fold(facts, history, case.kind, closed_at=case.closed_at)}
            for history in (book.history, other)
        )
        for key in {**old, **new}:
            pair = (old.get(key), new.get(key))
            if any(clock is not None and since <= clock.started_at < until for clock in pair):
                _count(_line_of(lines, pair, case), pair, at)
    order = {rule.code: place for place, rule in enumerate(pack.deadline)}
    return Replay(
        platform=pack.platform,
        version=pack.version,
        since=since,
        until=until,
        cases=len(ids) if is_whole else len(ids) - 1,
        is_whole=is_whole,
        lines=sorted(lines.values(), key=lambda line: (order.get(line.rule, len(order)), line.rule, line.shop)),
    )


if TYPE_CHECKING:
    Pair = tuple[Clock | None, Clock | None]


def _cases_with_facts(ids: list[int]) -> Iterator[tuple[Case, list[Fact]]]:
    """In batches, so that any number of cases fits into memory."""
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        events: dict[int, list[CaseEvent]] = {pk: [] for pk in wanted}
        for event in _events_of(wanted):
            events[event.case_id].append(event)
        for case in Case.objects.filter(pk__in=wanted).select_related("shop").order_by("pk"):
            yield case, facts_of(events[case.pk])


def _events_of(cases: list[int]) -> QuerySet[CaseEvent]:
    wanted = CaseEvent.objects.filter(case_id__in=cases).order_by("case_id", "seq")
    return wanted.only("case_id", "type", "at", "data", "from_state", "to_state")


def _line_of(lines: dict[tuple[str, str], ReplayLine], pair: Pair, case: Case) -> ReplayLine:
    rule = next(clock.rule for clock in reversed(pair) if clock is not None)
    key = (rule.code, case.shop.code)
    if key not in lines:
        lines[key] = ReplayLine(rule.code, words(rule.name), case.shop.code, case.shop.name)
    return lines[key]


def _count(line: ReplayLine, pair: Pair, at: datetime) -> None:
    old, new = (clock.outcome(at).value if clock else NO_CLOCK for clock in pair)
    if pair[0] is not None:
        line.before[old] += 1
    if pair[1] is not None:
        line.after[new] += 1
    if old != new:
        line.changed[old, new] += 1


def _outcome(value: str) -> str:
    return _("no deadline") if value == NO_CLOCK else str(Outcome(value).label)


def _by_count(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    move, count = item
    return -count, move
