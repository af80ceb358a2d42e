"""Move a deadline by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType
from aftersales.errors import Conflict, Unprocessable
from aftersales.models import CaseEvent, Deadline
from aftersales.permissions import check_case, check_lead
from aftersales.selectors.policies import rule_book
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.services.locks import lock_case

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.models import User


@transaction.atomic
def move_deadline(
    *, deadline: Deadline, due_at: datetime, reason: str, proof: str, by: User, now: datetime
) -> Deadline:
    """Give a running deadline another end; the computed one stays beside it. `proof` is a piece of the case's evidence.

    Raises `NotAllowed`, `Conflict` (the rule allows no extension, the deadline has ended), `Unprocessable`.
    """
    check_lead(by)
    case = lock_case(deadline.case_id)
    check_case(by, case)
    locked = Deadline.objects.get(pk=deadline.pk)
    rule = rule_book(case.shop.platform).rule(locked.rule, locked.policy_id)
    if rule is None or not rule.extendable:
        raise Conflict(_("The platform does not extend this deadline."), code="not_extendable")
    if locked.stopped_at or locked.cancelled_at:
        raise Conflict(_("This deadline has ended."), code="deadline_ended")
    if not reason.strip():
        message = _("This is needed.")
        raise Unprocessable(message, fields={"reason": message})
    added, withdrawn = (
        CaseEvent.objects.filter(case=case, type=kind, data__item=proof)
        for kind in (EventType.EVIDENCE_ADDED, EventType.EVIDENCE_WITHDRAWN)
    )
    if not added.exists() or withdrawn.exists():
        message = _("Name a piece of this case's evidence that shows it.")
        raise Unprocessable(message, fields={"proof": message})
    data = {"deadline": locked.rule, "subject": locked.subject, "due_at": due_at.isoformat()}
    said = {**data, "reason": reason.strip(), "item": proof}
    add_events(case=case, drafts=[EventDraft(EventType.DEADLINE_MOVED, now, said)], by=by, now=now)
    locked.refresh_from_db()
    return locked
