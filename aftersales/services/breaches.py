"""What a lead says about a breach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import BreachCause, Outcome
from aftersales.errors import Conflict, Unprocessable
from aftersales.models import Deadline
from aftersales.permissions import check_case, check_lead

if TYPE_CHECKING:
    from aftersales.models import User


@transaction.atomic
def record_cause(*, deadline: Deadline, cause: str, by: User) -> Deadline:
    """Note why a deadline was missed. Raises `NotAllowed`, `Conflict` (it was met after all), `Unprocessable`."""
    check_lead(by)
    locked = Deadline.objects.select_for_update(of=("self",)).select_related("case__shop").get(pk=deadline.pk)
    check_case(by, locked.case)
    if locked.outcome != Outcome.BREACHED:
        raise Conflict(_("This deadline is not breached."), code="not_breached")
    if cause and cause not in BreachCause.values:
        message = _("Choose one of the values on offer.")
        raise Unprocessable(message, fields={"cause": message})
    locked.cause = cause
    locked.cause_by = by if cause else None
    locked.save(update_fields=["cause", "cause_by"])
    return locked
