"""The windows of cases and the appeals for which no time is stated, and whether one can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aftersales.enums import ClockKind, EventType
from aftersales.models import CaseEvent, Deadline
from aftersales.selectors.wording import words
from appeals.enums import OPEN_APPEALS, AppealState, WindowState
from appeals.errors import CannotAppeal
from appeals.models import Appeal
from appeals.readiness import lock_reason
from appeals.selectors.locks import order_locks
from appeals.selectors.rules import pack_of
from appeals.windows import Window, after_gate, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from aftersales.models import Case
    from aftersales.policy_appeals import AppealRule
    from aftersales.selectors.policies import RuleBook
    from appeals.claims import OrderLock

_DECIDED = (AppealState.WON, AppealState.PARTLY_WON, AppealState.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWindow:
    """One window of a case with its type of appeal; `reason` is why no appeal can be opened in it, or empty.

    A draft may be made before the window opens: it is handed in once it is open. A type for which no time is stated
    has no `clock`.
    """

    case: Case
    clock: Deadline | None
    policy_id: int
    rule: AppealRule
    window: Window
    gate: Deadline | None
    reason: str
    has_open_appeal: bool

    @property
    def can_open(self) -> bool:
        return not self.reason and not self.has_open_appeal

    def state(self, at: datetime) -> WindowState:
        return self.window.state(at)


Gates = dict[tuple[int, str], Deadline]


def gates_of(cases: Iterable[int]) -> Gates:
    """The latest gate of each rule that still holds, by the case's id and the rule's code."""
    clocks = Deadline.objects.filter(case__in=set(cases), clock=ClockKind.GATE, cancelled_at__isnull=True)
    return {(clock.case_id, clock.rule): clock for clock in clocks.order_by("number")}


def window_of(clock: Deadline | None, gate: Deadline | None = None) -> Window:
    if clock is None:
        return Window()
    window = Window(clock.started_at, clock.due_at, is_void=clock.cancelled_at is not None)
    return after_gate(window, gate.due_at) if gate else window


def gate_note(gate: Deadline | None) -> str:
    """Which moment the gate counts from (A2): the signature for a return, or its shipping where none is known."""
    if gate is None:
        return ""
    about = {"opens_at": moment(gate.due_at), "what": EventType(gate.started_by).label, "at": moment(gate.started_at)}
    return _("Not before %(opens_at)s, counted from: %(what)s (%(at)s).") % about


def case_windows(case: Case, book: RuleBook, at: datetime) -> list[CaseWindow]:
    """The windows of one case, each rule's latest, by their end; then the types for which no time is stated."""
    clocks = Deadline.objects.filter(case_id=case.pk, clock=ClockKind.WINDOW).order_by("number")
    latest = {clock.rule: clock for clock in clocks}
    for clock in latest.values():
        clock.case = case
    timed = with_reasons(sorted(latest.values(), key=lambda clock: clock.due_at), {case.shop.platform: book}, at)
    return [*timed, *untimed([case], book, at)]


def with_reasons(clocks: Sequence[Deadline], books: Mapping[str, RuleBook], at: datetime) -> list[CaseWindow]:
    """Windows of any cases, in a fixed number of queries. Each clock's case, shop and order are loaded."""
    locks = order_locks((clock.case.order_id for clock in clocks), books, at)
    appeals = _states_by_window(clocks)
    events = _locking_events(clocks, books)
    gates = gates_of(clock.case_id for clock in clocks)
    found = []
    for clock in clocks:
        states = appeals.get(clock.pk, set())
        for rule in pack_of(clock, books[clock.case.shop.platform]).appeal:
            if rule.window != clock.rule:
                continue
            gate = gates.get((clock.case_id, rule.gate))
            window = window_of(clock, gate)
            reason = (
                (window.reason(at) if window.state(at) != WindowState.NOT_YET else "")
                or _lock_reason(locks.get(clock.case.order_id), rule)
                or events.get(clock.case_id, "")
                or (_("An appeal was already decided in this window.") if states.intersection(_DECIDED) else "")
            )
            found.append(
                CaseWindow(
                    case=clock.case,
                    clock=clock,
                    policy_id=clock.policy_id,
                    rule=rule,
                    window=window,
                    gate=gate,
                    reason=reason,
                    has_open_appeal=bool(states.intersection(OPEN_APPEALS)),
                )
            )
    return found


def _lock_reason(lock: OrderLock | None, rule: AppealRule) -> str:
    """A partly lost appeal leaves the items that did not fail; some types are taken whatever was lost before."""
    if lock is None or not rule.locks_order or (not lock.is_whole and set(rule.items) - lock.kinds):
        return ""
    return lock_reason(lock, rule.items)


def _states_by_window(clocks: Iterable[Deadline]) -> dict[int, set[str]]:
    states = dict[int, set[str]]()
    for window, state in Appeal.objects.filter(window__in=list(clocks)).values_list("window_id", "state"):
        states.setdefault(window, set()).add(state)
    return states


def _locking_events(clocks: Sequence[Deadline], books: Mapping[str, RuleBook]) -> dict[int, str]:
    """Facts after which a platform takes no appeal, where its pack names some (2B), by the case's id."""
    packs = {clock.case_id: pack_of(clock, books[clock.case.shop.platform]) for clock in clocks}
    types = {match.type for pack in packs.values() for match in pack.appeal_locks}
    if not types:
        return {}
    reasons = dict[int, str]()
    for event in CaseEvent.objects.filter(case_id__in=packs, type__in=types).order_by("case_id", "seq"):
        if any(match.accepts(event.type, event.data) for match in packs[event.case_id].appeal_locks):
            what = EventType(event.type).label
            reasons[event.case_id] = _("%(what)s (%(at)s): the platform takes no appeal after that.") % {
                "what": what,
                "at": moment(event.at),
            }
    return reasons


def untimed(cases: Sequence[Case], book: RuleBook, at: datetime) -> list[CaseWindow]:
    """The types without a window that are for cases like these, under the rules in force at `at`. One platform's."""
    pack = book.history.at(at)
    rules = [rule for rule in pack.appeal if not rule.window]
    if not rules:
        return []
    locks = order_locks((case.order_id for case in cases), {book.platform: book}, at)
    wanted = {match.type for rule in rules for match in [*rule.needs, *rule.not_after]}
    events = dict[int, list[CaseEvent]]()
    for event in CaseEvent.objects.filter(case__in=[case.pk for case in cases], type__in=wanted).order_by("seq"):
        events.setdefault(event.case_id, []).append(event)
    taken = open_types([case.pk for case in cases])
    return [
        CaseWindow(
            case=case,
            clock=None,
            policy_id=book.ids[pack.version],
            rule=rule,
            window=Window(),
            gate=None,
            reason=_facts_reason(rule, events.get(case.pk, [])) or _lock_reason(locks.get(case.order_id), rule),
            has_open_appeal=rule.code in taken.get(case.pk, set()),
        )
        for case in cases
        for rule in rules
        if case.kind in rule.kinds
    ]


def _facts_reason(rule: AppealRule, events: Sequence[CaseEvent]) -> str:
    """What has not happened yet, or what came in between."""
    ended = next((e for e in events if any(match.accepts(e.type, e.data) for match in rule.not_after)), None)
    if ended is not None:
        what = EventType(ended.type).label
        return _("%(what)s (%(at)s): too late for this appeal.") % {"what": what, "at": moment(ended.at)}
    if rule.needs and not any(match.accepts(event.type, event.data) for event in events for match in rule.needs):
        names = " / ".join(dict.fromkeys(str(EventType(match.type).label) for match in rule.needs))
        return _("%(appeal)s opens with: %(what)s.") % {"appeal": words(rule.name), "what": names}
    return ""


def open_types(cases: Sequence[int]) -> dict[int, set[str]]:
    """The types of the open appeals in which each case takes part, by the case's id."""
    found = dict[int, set[str]]()
    appeals = Appeal.objects.open()
    for path in ("case_id", "further_cases__case_id"):
        for case, type in appeals.filter(**{f"{path}__in": cases}).values_list(path, "type"):
            found.setdefault(case, set()).add(type)
    return found


def find_window(case: Case, type: str, book: RuleBook, at: datetime) -> CaseWindow:
    """The window in which an appeal of this type can be opened. Raises `CannotAppeal` with the reason."""
    found = next((window for window in case_windows(case, book, at) if window.rule.code == type), None)
    if found is None:
        raise CannotAppeal(_missing_reason(case, type, book))
    if found.reason:
        raise CannotAppeal(found.reason)
    return found


def _missing_reason(case: Case, type: str, book: RuleBook) -> str:
    """What would have to happen first for this type's window to open."""
    pack = book.newest
    rule = pack.appeal_rule(type)
    clock = pack.rule(rule.window) if rule else None
    if rule is None or clock is None or case.kind not in clock.kinds:
        return _("Cases of this kind have no such appeal.")
    if not CaseEvent.objects.filter(case_id=case.pk, type__in=[match.type for match in clock.starting]).exists():
        names = " / ".join(dict.fromkeys(str(EventType(match.type).label) for match in clock.starting))
        return _("%(appeal)s opens with: %(what)s.") % {"appeal": words(rule.name), "what": names}
    return _("%(appeal)s is not for this case.") % {"appeal": words(rule.name)}
