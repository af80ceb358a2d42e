"""What a transition needs. A guard returns nothing, or raises `TransitionBlocked` with a reason for the user. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, State
from aftersales.errors import TransitionBlocked

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftersales.situation import Situation

    Guard = Callable[[Situation], None]


def buyer_contacted(case: Situation) -> None:
    """KS-42: the buyer is contacted before anything is refused."""
    if not any(fact.type == EventType.BUYER_CONTACTED and fact.at <= case.at for fact in case.facts):
        raise TransitionBlocked(_("Contact the buyer first and record it."), code="buyer_not_contacted")


def proof_for(transition: str) -> Guard:
    """Every slot that the pack asks for this transition is filled (KS-33, KS-42, PD-46)."""

    def guard(case: Situation) -> None:
        missing = case.missing_slots(transition)
        if missing:
            names = " / ".join(slot.name.in_language(get_language() or "zh-hans") for slot in missing)
            raise TransitionBlocked(format_lazy(_("Add this proof first: {names}"), names=names), code="proof_missing")

    return guard


def agreement_shown_when_late(case: Situation) -> None:
    """KS-41: long enough (48 h) after the return was signed for, a rejection needs the agreement."""
    rule, signed = case.pack.reject, case.last(EventType.RETURN_SIGNED)
    if rule and signed and case.at > signed.at + rule.agreement_after and not case.proof[rule.agreement_slot]:
        message = _(
            "More than {hours} h have passed since the return was signed for: add the agreement reached with the buyer."
        )
        raise TransitionBlocked(format_lazy(message, hours=f"{rule.agreement_after_hours:g}"), code="agreement_missing")


def return_missing_near_the_end(case: Situation) -> None:
    """KS-39: a return on its way is refused only in the platform's last 24 h and while not out for delivery."""
    rule = case.pack.reject
    if rule is None or case.state != State.RETURN_IN_TRANSIT:
        return
    out = case.last(EventType.OUT_FOR_DELIVERY)
    sent_back = case.last(EventType.SHIPMENT_SIGNED, EventType.RETURN_AGREED, EventType.RETURN_SHIPPED)
    if out and (sent_back is None or out.at > sent_back.at):  # an earlier one was the parcel to the buyer
        raise TransitionBlocked(_("The return is out for delivery: wait for it."), code="return_near")
    reported = [clock for clock in case.clocks if clock.rule.reported and clock.ended_at is None]
    if not reported:
        raise TransitionBlocked(_("The platform's countdown is not known: record it first."), code="countdown_unknown")
    if all(case.at < clock.due_at - rule.last for clock in reported):
        message = format_lazy(
            _("Only in the last {hours} h of the platform's countdown."), hours=f"{rule.last_hours:g}"
        )
        raise TransitionBlocked(message, code="too_early")


def not_shipped_yet(case: Situation) -> None:
    """PD-36: only what has not left can be cancelled."""
    if case.has(EventType.TRACKING_UPLOADED, EventType.SHIPMENT_SCANNED):
        raise TransitionBlocked(_("The parcel has left: transfer to an intercept."), code="already_shipped")


def parcel_has_left(case: Situation) -> None:
    """PD-36 (2), KS-31: only what is on its way can be intercepted; the facts must show that it left."""
    if not case.has(EventType.TRACKING_UPLOADED, EventType.SHIPMENT_SCANNED, EventType.UNSHIPPED_DISPUTED):
        raise TransitionBlocked(
            _("Nothing shows that the parcel has left: record a scan or its tracking number first."), code="not_shipped"
        )


def picked_up(case: Situation) -> None:
    """KS-31, PD-37 B and C: the courier has the parcel; before that there is nothing to intercept."""
    if not case.has(EventType.SHIPMENT_SCANNED, EventType.SHIPMENT_STALLED):
        raise TransitionBlocked(
            _("No scan shows that the courier has the parcel: record the scan first."), code="not_picked_up"
        )


def not_picked_up(case: Situation) -> None:
    """PD-37 A: persuading helps while the courier has not picked the parcel up."""
    if case.has(EventType.SHIPMENT_SCANNED, EventType.OUT_FOR_DELIVERY, EventType.SHIPMENT_SIGNED):
        raise TransitionBlocked(_("The courier has picked the parcel up."), code="picked_up")


def still_in_transit(case: Situation) -> None:
    """KS-31, PD-37 C: a courier can intercept what is neither out for delivery nor signed for, and once."""
    if case.has(EventType.SHIPMENT_SIGNED):
        raise TransitionBlocked(_("The parcel is signed for: record the delivery."), code="delivered")
    if case.has(EventType.OUT_FOR_DELIVERY):
        raise TransitionBlocked(_("The parcel is out for delivery: agree on a refusal."), code="out_for_delivery")
    if case.has(EventType.INTERCEPT_FAILED):
        raise TransitionBlocked(_("The courier allows one attempt."), code="second_attempt")


def return_tracked(case: Situation) -> None:
    """KS-34: a refused parcel shows a return record."""
    if not case.has(EventType.RETURN_SHIPPED):
        raise TransitionBlocked(_("Record the return tracking first."), code="no_return_record")


def outcome_of_offer_known(case: Situation) -> None:
    if not case.has(EventType.OFFER_MADE):
        raise TransitionBlocked(_("No offer was recorded."), code="no_offer")
