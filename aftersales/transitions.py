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
    """`hands_over_to` opens a following case; `is_reported` ones come from an import or a program only.

    `rules` are the numbers of the rules that ask for this step.
    """

    name: str
    label: _StrPromise
    event: EventType
    says: type[says.TransitionData] = says.TransitionData
    rules: tuple[str, ...] = ()
    needs: tuple[Guard, ...] = ()
    hands_over_to: Kind | None = None
    is_reported: bool = False
    is_final: bool = False


_ALL = (
    Transition(
        "agree_refund",
        _("Agree to refund"),
        EventType.REFUND_AGREED,
        says.RefundData,
        is_final=True,
        rules=("KS-30", "KS-31", "KS-32", "KS-34", "PD-36", "PD-37"),
    ),
    Transition("confirm_refund", _("Refund succeeded"), EventType.REFUND_SUCCEEDED, says.RefundData),
    Transition("refund_directly", _("Platform refunded"), EventType.REFUND_SUCCEEDED, says.RapidData, is_reported=True),
    Transition("buyer_withdraw", _("Buyer withdrew"), EventType.BUYER_WITHDREW),
    Transition("buyer_reopen", _("Buyer reopened"), EventType.BUYER_REOPENED),
    Transition(
        "platform_step_in", _("Platform steps in"), EventType.PLATFORM_STEPPED_IN, says.StepInData, rules=("PD-38",)
    ),
    Transition(
        "open_ticket", _("Platform opens a ticket"), EventType.TICKET_OPENED, says.TicketData, rules=("PD-46", "PD-48")
    ),
    Transition(
        "submit_evidence",
        _("Submit evidence"),
        EventType.EVIDENCE_SUBMITTED,
        says.TicketAnswerData,
        needs=(guards.proof_for("submit_evidence"),),
        rules=("PD-46", "PD-47"),
    ),
    Transition("platform_decide", _("Platform decides"), EventType.PLATFORM_DECIDED, says.RulingData, rules=("PD-38",)),
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
        rules=("KS-39", "KS-41", "KS-42", "PD-36", "PD-40", "PD-41", "PD-42", "PD-45", "TM-14"),
    ),
    # Not-shipped refund
    Transition("negotiate", _("Negotiate"), EventType.NEGOTIATION_STARTED, rules=("PD-36",)),
    Transition(
        "cancel_shipment",
        _("Cancel the shipment"),
        EventType.SHIPMENT_CANCELLING,
        needs=(guards.not_shipped_yet,),
        rules=("PD-36",),
    ),
    Transition("dispute_unshipped", _("Parcel had already left"), EventType.UNSHIPPED_DISPUTED, rules=("PD-36",)),
    Transition(
        "upload_tracking",
        _("Upload the tracking number and reject"),
        EventType.TRACKING_UPLOADED,
        says.ParcelData,
        needs=(guards.buyer_contacted,),
        is_final=True,
        rules=("PD-36", "KS-42"),
    ),
    Transition(
        "transfer_to_intercept",
        _("Transfer to an intercept"),
        EventType.CASE_TRANSFERRED,
        needs=(guards.parcel_has_left,),
        hands_over_to=Kind.IN_TRANSIT,
        rules=("KS-31", "PD-36"),
    ),
    # In-transit intercept
    Transition(
        "persuade",
        _("Persuade to keep it"),
        EventType.PERSUASION_STARTED,
        needs=(guards.not_picked_up,),
        rules=("PD-37",),
    ),
    Transition(
        "order_intercept",
        _("Order an intercept"),
        EventType.INTERCEPT_ORDERED,
        needs=(guards.still_in_transit, guards.picked_up),
        rules=("KS-31", "KS-32", "PD-37"),
    ),
    Transition(
        "intercept_succeeded", _("Intercept succeeded"), EventType.INTERCEPT_SUCCEEDED, rules=("KS-31", "PD-37")
    ),
    Transition(
        "intercept_failed",
        _("Intercept failed"),
        EventType.INTERCEPT_FAILED,
        needs=(guards.proof_for("intercept_failed"),),
        rules=("KS-31", "KS-33"),
    ),
    Transition(
        "agree_refusal", _("Agree: refuse delivery, then refund"), EventType.REFUSAL_AGREED, rules=("KS-31", "PD-37")
    ),
    Transition(
        "record_refusal",
        _("Delivery refused"),
        EventType.DELIVERY_REFUSED,
        needs=(guards.return_tracked,),
        rules=("KS-31", "KS-34"),
    ),
    Transition("parcel_returned", _("Parcel is back"), EventType.PARCEL_RETURNED, rules=("KS-34", "PD-37")),
    Transition(
        "record_delivery",
        _("Parcel was delivered"),
        EventType.CASE_TRANSFERRED,
        hands_over_to=Kind.RETURN_DISPUTE,
        rules=("PD-37",),
    ),
    # Return dispute
    Transition(
        "ask_proof",
        _("Ask the buyer for proof"),
        EventType.PROOF_ASKED,
        says.ProofData,
        rules=("KS-35", "KS-36", "KS-37", "PD-40"),
    ),
    Transition(
        "make_offer",
        _("Make an offer"),
        EventType.OFFER_MADE,
        says.OfferData,
        rules=("KS-35", "KS-36", "KS-37", "PD-37", "PD-39", "PD-40", "PD-41"),
    ),
    Transition(
        "offer_accepted",
        _("Offer accepted"),
        EventType.OFFER_ACCEPTED,
        says.OfferAcceptedData,
        needs=(guards.outcome_of_offer_known,),
        rules=("PD-37", "PD-41"),
    ),
    Transition(
        "agree_return",
        _("Agree to the return"),
        EventType.RETURN_AGREED,
        says.AddressData,
        rules=("KS-35", "KS-36", "KS-37", "PD-34"),
    ),
    Transition("buyer_shipped", _("Buyer shipped the return"), EventType.RETURN_SHIPPED, says.ParcelData),
    Transition("return_signed", _("Return signed for"), EventType.RETURN_SIGNED, rules=("KS-38", "KS-40")),
    Transition("inspect_ok", _("Return is fine: refund"), EventType.RETURN_INSPECTED, is_final=True, rules=("KS-40",)),
    Transition("agree_reship", _("Agree to reship"), EventType.RESHIP_AGREED, rules=("KS-36", "PD-35", "PD-39")),
    Transition("reshipped", _("Reshipped"), EventType.RESHIP_SHIPPED, says.ParcelData, rules=("KS-36", "PD-35")),
    Transition(
        "convert_to_return",
        _("Turn into return and refund"),
        EventType.RETURN_AGREED,
        says.AddressData,
        rules=("PD-37",),
    ),
)

TRANSITIONS: dict[str, Transition] = {transition.name: transition for transition in _ALL}
