"""The windows of cases, and whether an appeal can be opened in them."""

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
    from aftersales.policy import AppealRule
    from aftersales.selectors.policies import RuleBook
    from appeals.claims import OrderLock

_DECIDED = (AppealState.WON, AppealState.PARTLY_WON, AppealState.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWindow:
    """One window of a case with its type of appeal; `reason` is why no appeal can be opened in it, or empty.

    A draft may be made before the window opens: it is handed in once it is open.
    """

    clock: Deadline
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


def window_of(clock: Deadline, gate: Deadline | None = None) -> Window:
    window = Window(clock.started_at, clock.due_at, is_void=clock.cancelled_at is not None)
    return after_gate(window, gate.due_at) if gate else window


def gate_note(gate: Deadline | None) -> str:
    """Which moment the gate counts from (A2): the signature for a return, or its shipping where none is known."""
    if gate is None:
        return ""
    about = {"opens_at": moment(gate.due_at), "what": EventType(gate.started_by).label, "at": moment(gate.started_at)}
    return _("Not before %(opens_at)s, counted from: %(what)s (%(at)s).") % about


def case_windows(case: Case, book: RuleBook, at: datetime) -> list[CaseWindow]:
    """The windows of one case, each rule's latest, by their end."""
    clocks = Deadline.objects.filter(case_id=case.pk, clock=ClockKind.WINDOW).order_by("number")
    latest = {clock.rule: clock for clock in clocks}
    for clock in latest.values():
        clock.case = case
    return with_reasons(sorted(latest.values(), key=lambda clock: clock.due_at), {case.shop.platform: book}, at)


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
                    clock=clock,
                    rule=rule,
                    window=window,
                    gate=gate,
                    reason=reason,
                    has_open_appeal=bool(states.intersection(OPEN_APPEALS)),
                )
            )
    return found


def _lock_reason(lock: OrderLock | None, rule: AppealRule) -> str:
    """A partly lost appeal leaves the items that did not fail."""
    if lock is None or (not lock.is_whole and set(rule.items) - lock.kinds):
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
