"""The deadlines of a case, and the proof that a move of one may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.enums import ClockKind, DueSource, EventType, Outcome, Party
from aftersales.errors import NotFound
from aftersales.models import CaseEvent, Deadline
from aftersales.selectors.wording import OUTCOME_TONES, urgency, words

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from aftersales.models import Case
    from aftersales.policy import DeadlineRule, Pack
    from aftersales.selectors.policies import RuleBook


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A clock with its provenance: the rule numbers, where they come from, what a breach costs, what to do."""

    id: int
    code: str
    subject: str
    name: str
    clock: str
    party: str
    party_label: str
    started_at: datetime
    started_because: str
    due_at: datetime
    due_source: str
    due_source_label: str
    computed_due_at: datetime | None
    stopped_at: datetime | None
    outcome: str
    outcome_label: str
    outcome_tone: str
    breached_at: datetime | None
    urgency: str
    is_running: bool
    is_soft: bool
    is_extendable: bool
    amount_at_risk: Decimal
    consequence: str
    next_step: str
    rules: list[str]
    reference: str
    as_of: date | None
    policy_version: str
    override_note: str


def deadline_row(row: Deadline, book: RuleBook, at: datetime) -> DeadlineRow:
    rule = book.rule(row.rule, row.policy_id)
    is_over = row.outcome in {Outcome.LAPSED, Outcome.OPENED}
    is_running = row.stopped_at is None and row.cancelled_at is None and not is_over
    note = ""
    if row.due_source != DueSource.COMPUTED and row.computed_due_at:
        note = _("the rule alone says {due}").format(due=f"{localtime(row.computed_due_at):%m-%d %H:%M:%S}")
    return DeadlineRow(
        id=row.pk,
        code=row.rule,
        subject=row.subject,
        name=" ".join(filter(None, [words(rule.name) if rule else row.rule, row.subject])),
        clock=row.clock,
        party=row.party,
        party_label=str(Party(row.party).label),
        started_at=row.started_at,
        started_because=str(EventType(row.started_by).label),
        due_at=row.due_at,
        due_source=row.due_source,
        due_source_label=str(DueSource(row.due_source).label),
        computed_due_at=row.computed_due_at,
        stopped_at=row.stopped_at or row.cancelled_at,
        outcome=row.outcome,
        outcome_label=str(Outcome(row.outcome).label),
        outcome_tone=OUTCOME_TONES[row.outcome],
        breached_at=row.breached_at,
        urgency=_urgency(row, rule, at) if is_running else "none",
        is_running=is_running,
        is_soft=bool(rule and rule.soft),
        is_extendable=is_running and bool(rule and rule.extendable),
        amount_at_risk=row.amount_at_risk,
        consequence=words(rule.consequence) if rule else "",
        next_step=words(rule.next_step) if rule and is_running else "",
        rules=list(rule.rules) if rule else [],
        reference=words(rule.source) if rule else "",
        as_of=rule.as_of if rule else None,
        policy_version=next((version for version, pk in book.ids.items() if pk == row.policy_id), ""),
        override_note=note,
    )


def _urgency(row: Deadline, rule: DeadlineRule | None, at: datetime) -> str:
    """Nobody can miss a gate; a task is urgent or not, however long it waits."""
    if row.clock == ClockKind.TASK:
        return "urgent" if rule and rule.urgent else "none"
    return urgency(row.due_at, at) if row.clock != ClockKind.GATE else "none"


def find_deadline(case: Case, pk: int) -> Deadline:
    """Raises `NotFound`, also for a deadline of another case."""
    found = Deadline.objects.filter(case_id=case.pk, pk=pk).first()
    if found is None:
        raise NotFound(_("This case has no such deadline."), code="deadline_not_found")
    return found


def kept_proof(case: Case, pack: Pack) -> list[tuple[str, str]]:
    """Each piece of evidence that was not withdrawn: its id, and what it is in words. Newest first."""
    slots = {slot.code: words(slot.name) for slot in pack.slot}
    events = CaseEvent.objects.filter(
        case_id=case.pk, type__in=[EventType.EVIDENCE_ADDED, EventType.EVIDENCE_WITHDRAWN]
    ).order_by("seq")
    kept: dict[str, str] = {}
    for event in events:
        item = str(event.data["item"])
        if event.type == EventType.EVIDENCE_WITHDRAWN:
            kept.pop(item, None)
        else:
            slot = str(event.data["slot"])
            kept[item] = " · ".join(filter(None, [slots.get(slot, slot), str(event.data.get("name", ""))]))
    return list(reversed(kept.items()))
