"""Every transition: its label, the event it records, what must be said with it and what it needs (flows.md's tables).

Which states it leads from and to stands with the machines in `models/`; a test proves that both agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales import guards
from aftersales import transition_data as says
from aftersales.enums import EventType, Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from aftersales.guards import Guard


@dataclass(frozen=True, slots=True)
class Transition:
    """`hands_over_to` opens a following case; `is_reported` ones come from an import or a program only."""

    name: str
    label: _StrPromise
    event: EventType
    says: type[says.TransitionData] = says.TransitionData
    needs: tuple[Guard, ...] = ()
    hands_over_to: Kind | None = None
    is_reported: bool = False
    is_final: bool = False


_ALL = (
    Transition("agree_refund", _("Agree to refund"), EventType.REFUND_AGREED, says.RefundData, is_final=True),
    Transition("confirm_refund", _("Refund succeeded"), EventType.REFUND_SUCCEEDED, says.RefundData),
    Transition("refund_directly", _("Platform refunded"), EventType.REFUND_SUCCEEDED, says.RapidData, is_reported=True),
    Transition("buyer_withdraw", _("Buyer withdrew"), EventType.BUYER_WITHDREW),
    Transition("buyer_reopen", _("Buyer reopened"), EventType.BUYER_REOPENED),
    Transition("platform_step_in", _("Platform steps in"), EventType.PLATFORM_STEPPED_IN, says.StepInData),
    Transition("open_ticket", _("Platform opens a ticket"), EventType.TICKET_OPENED, says.TicketData),
    Transition(
        "submit_evidence",
        _("Submit evidence"),
        EventType.EVIDENCE_SUBMITTED,
        says.TicketAnswerData,
        needs=(guards.proof_for("submit_evidence"),),
    ),
    Transition("platform_decide", _("Platform decides"), EventType.PLATFORM_DECIDED, says.RulingData),
    Transition(
        "follow_platform", _("Follow the platform"), EventType.STATUS_REPORTED, says.FollowData, is_reported=True
    ),
    Transition(
        "reject",
        _("Reject"),
        EventType.CASE_REJECTED,
        says.RejectData,
        needs=(
            guards.buyer_contacted,
            guards.proof_for("reject"),
            guards.agreement_shown_when_late,
            guards.return_missing_near_the_end,
        ),
        is_final=True,
    ),
    # Not-shipped refund
    Transition("negotiate", _("Negotiate"), EventType.NEGOTIATION_STARTED),
    Transition(
        "cancel_shipment", _("Cancel the shipment"), EventType.SHIPMENT_CANCELLING, needs=(guards.not_shipped_yet,)
    ),
    Transition("dispute_unshipped", _("Parcel had already left"), EventType.UNSHIPPED_DISPUTED),
    Transition(
        "upload_tracking",
        _("Upload the tracking number and reject"),
        EventType.TRACKING_UPLOADED,
        says.ParcelData,
        needs=(guards.buyer_contacted,),
        is_final=True,
    ),
    Transition(
        "transfer_to_intercept",
        _("Transfer to an intercept"),
        EventType.CASE_TRANSFERRED,
        hands_over_to=Kind.IN_TRANSIT,
    ),
    # In-transit intercept
    Transition("persuade", _("Persuade to keep it"), EventType.PERSUASION_STARTED, needs=(guards.not_picked_up,)),
    Transition(
        "order_intercept", _("Order an intercept"), EventType.INTERCEPT_ORDERED, needs=(guards.still_in_transit,)
    ),
    Transition("intercept_succeeded", _("Intercept succeeded"), EventType.INTERCEPT_SUCCEEDED),
    Transition(
        "intercept_failed",
        _("Intercept failed"),
        EventType.INTERCEPT_FAILED,
        needs=(guards.proof_for("intercept_failed"),),
    ),
    Transition("agree_refusal", _("Agree: refuse delivery, then refund"), EventType.REFUSAL_AGREED),
    Transition("record_refusal", _("Delivery refused"), EventType.DELIVERY_REFUSED, needs=(guards.return_tracked,)),
    Transition("parcel_returned", _("Parcel is back"), EventType.PARCEL_RETURNED),
    Transition(
        "record_delivery", _("Parcel was delivered"), EventType.CASE_TRANSFERRED, hands_over_to=Kind.RETURN_DISPUTE
    ),
    # Return dispute
    Transition("ask_proof", _("Ask the buyer for proof"), EventType.PROOF_ASKED, says.ProofData),
    Transition("make_offer", _("Make an offer"), EventType.OFFER_MADE, says.OfferData),
    Transition(
        "offer_accepted",
        _("Offer accepted"),
        EventType.OFFER_ACCEPTED,
        says.OfferAcceptedData,
        needs=(guards.outcome_of_offer_known,),
    ),
    Transition("agree_return", _("Agree to the return"), EventType.RETURN_AGREED, says.AddressData),
    Transition("buyer_shipped", _("Buyer shipped the return"), EventType.RETURN_SHIPPED, says.ParcelData),
    Transition("return_signed", _("Return signed for"), EventType.RETURN_SIGNED),
    Transition("inspect_ok", _("Return is fine: refund"), EventType.RETURN_INSPECTED, is_final=True),
    Transition("agree_reship", _("Agree to reship"), EventType.RESHIP_AGREED),
    Transition("reshipped", _("Reshipped"), EventType.RESHIP_SHIPPED, says.ParcelData),
    Transition("convert_to_return", _("Turn into return and refund"), EventType.RETURN_AGREED, says.AddressData),
)

TRANSITIONS: dict[str, Transition] = {transition.name: transition for transition in _ALL}
