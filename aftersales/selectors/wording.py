"""How cases and clocks are worded and coloured for a reader."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Outcome, State

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case
    from aftersales.policy_parts import Words

SOON = timedelta(hours=2)
TODAY = timedelta(hours=24)


def words(text: Words | None) -> str:
    """A pack's text in the reader's language."""
    return text.in_language(get_language() or "zh-hans") if text else ""


def urgency(due_at: datetime | None, at: datetime) -> str:
    """overdue, urgent (within 2 h), soon (within 24 h), calm or none: the names that the styles use."""
    if due_at is None:
        return "none"
    if due_at < at:
        return "overdue"
    if due_at - at <= SOON:
        return "urgent"
    return "soon" if due_at - at <= TODAY else "calm"


def case_urgency(case: Case, at: datetime) -> str:
    """Of its nearest duty; a case with an urgent task is urgent at the least."""
    told = urgency(case.next_due_at, at)
    return "urgent" if case.task_at and told != "overdue" else told


def masked(name: str) -> str:
    """A buyer's name or account with its middle hidden."""
    if not name or "*" in name:
        return name
    return f"{name[0]}**" if len(name) < 4 else f"{name[0]}**{name[-1]}"  # noqa: PLR2004 - a short name shows one letter


STATE_TONES: dict[str, str] = {
    State.PENDING: "accent",
    State.PLATFORM_REVIEW: "urgent",
    State.INTERCEPT_FAILED: "urgent",
    State.RETURN_RECEIVED: "accent",
    State.REFUNDING: "soon",
    State.REFUNDED: "calm",
    State.RESOLVED: "calm",
}

OUTCOME_TONES: dict[str, str] = {
    Outcome.RUNNING: "accent",
    Outcome.MET: "calm",
    Outcome.BREACHED: "overdue",
    Outcome.LAPSED: "",
    Outcome.OPENED: "calm",
    Outcome.CANCELLED: "",
}

# What a person does next in a state, where no running clock names it.
NEXT_STEPS: dict[str, _StrOrPromise] = {
    State.PENDING: _("Decide how to handle it"),
    State.NEGOTIATING: _("Await the buyer's answer"),
    State.CANCELLING_SHIPMENT: _("Cancel in the ERP, then refund"),
    State.TRACKING_DUE: _("Upload the tracking number"),
    State.PERSUADING: _("Await the buyer's answer"),
    State.INTERCEPTING: _("Follow the intercept"),
    State.INTERCEPTED: _("Await the parcel"),
    State.INTERCEPT_FAILED: _("Agree on a refusal, or reject"),
    State.AWAITING_REFUSAL: _("Await the refusal"),
    State.REFUSED: _("Refund promptly"),
    State.RETURNED: _("Refund"),
    State.VERIFYING: _("Await the buyer's proof"),
    State.OFFERING: _("Await the buyer's answer"),
    State.AWAITING_RETURN: _("Await the return"),
    State.RETURN_IN_TRANSIT: _("Follow the return"),
    State.RETURN_RECEIVED: _("Inspect the return"),
    State.RESHIPPING: _("Reship and enter the number"),
    State.PLATFORM_REVIEW: _("Await the platform"),
    State.REFUNDING: _("Await the refund's success"),
    State.REFUNDED: _("Check whether to appeal"),
    State.REJECTED: _("Await the buyer"),
    State.WITHDRAWN: _("Nothing to do"),
    State.RESOLVED: _("Nothing to do"),
    State.TRANSFERRED: _("Go on in the following case"),
}


def span(length: timedelta) -> str:
    """A length of time in its two largest units, such as 2 d 3 h."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
