"""What of a case's ledger a packet tells, and who did it. Pure.

A packet leaves the house: notes, assignments, deadlines of the desk and names of staff stay inside.
"""

from __future__ import annotations

from aftersales.enums import EventType, Party

# Whose act an event was; None keeps it out of a packet.
ACTORS: dict[EventType, Party | None] = {
    EventType.REFUND_REQUESTED: Party.BUYER,
    EventType.BUYER_REOPENED: Party.BUYER,
    EventType.SHIPMENT_NO_TRACE: Party.COURIER,
    EventType.TRACKING_UPLOADED: Party.MERCHANT,
    EventType.TRACKING_CORRECTED: Party.MERCHANT,
    EventType.SHIPMENT_SCANNED: Party.COURIER,
    EventType.SHIPMENT_STALLED: Party.COURIER,
    EventType.OUT_FOR_DELIVERY: Party.COURIER,
    EventType.SHIPMENT_SIGNED: Party.COURIER,
    EventType.BUYER_MESSAGED: Party.BUYER,
    EventType.BUYER_CONTACTED: Party.MERCHANT,
    EventType.CHAT_CLOSED: None,
    EventType.CHAT_RATED: None,  # what the buyer thinks of the service proves nothing
    EventType.NEGOTIATION_STARTED: Party.MERCHANT,
    EventType.PERSUASION_STARTED: Party.MERCHANT,
    EventType.SHIPMENT_CANCELLING: Party.MERCHANT,
    EventType.UNSHIPPED_DISPUTED: Party.MERCHANT,
    EventType.INTERCEPT_ORDERED: Party.MERCHANT,
    EventType.INTERCEPT_SUCCEEDED: Party.COURIER,
    EventType.INTERCEPT_FAILED: Party.COURIER,
    EventType.REFUSAL_AGREED: Party.BUYER,
    EventType.DELIVERY_REFUSED: Party.BUYER,
    EventType.PARCEL_RETURNED: Party.COURIER,
    EventType.PROOF_ASKED: Party.MERCHANT,
    EventType.OFFER_MADE: Party.MERCHANT,
    EventType.OFFER_ACCEPTED: Party.BUYER,
    EventType.ADDRESS_REQUESTED: Party.PLATFORM,
    EventType.ADDRESS_GIVEN: Party.MERCHANT,
    EventType.RETURN_AGREED: Party.MERCHANT,
    EventType.RETURN_SHIPPED: Party.BUYER,
    EventType.RETURN_SIGNED: Party.COURIER,
    EventType.RETURN_INSPECTED: Party.MERCHANT,
    EventType.RESHIP_AGREED: Party.MERCHANT,
    EventType.RESHIP_SHIPPED: Party.MERCHANT,
    EventType.EVIDENCE_ADDED: None,
    EventType.EVIDENCE_CAPTIONED: None,
    EventType.EVIDENCE_WITHDRAWN: None,
    EventType.PLATFORM_STEPPED_IN: Party.PLATFORM,
    EventType.TICKET_OPENED: Party.PLATFORM,
    EventType.EVIDENCE_SUBMITTED: Party.MERCHANT,
    EventType.TICKET_CLOSED: Party.PLATFORM,
    EventType.PLATFORM_DECIDED: Party.PLATFORM,
    EventType.STATUS_REPORTED: None,
    EventType.PLATFORM_COUNTDOWN: None,
    EventType.REFUND_AGREED: Party.MERCHANT,
    EventType.CASE_REJECTED: Party.MERCHANT,
    EventType.BUYER_WITHDREW: Party.BUYER,
    EventType.CASE_TRANSFERRED: None,
    EventType.CASE_CLOSED: Party.PLATFORM,
    EventType.REFUND_SUCCEEDED: Party.PLATFORM,
    EventType.APPEAL_OPENED: None,
    EventType.APPEAL_SUBMITTED: None,
    EventType.APPEAL_DECIDED: None,
    EventType.APPEAL_WITHDRAWN: None,
    EventType.APPEAL_EXPIRED: None,
    EventType.REASON_CHANGED: Party.BUYER,
    EventType.CASE_IMPORTED: None,
    EventType.CASE_ASSIGNED: None,
    EventType.CASE_NOTED: None,
    EventType.DEADLINE_MOVED: None,
    EventType.DEADLINE_BREACHED: None,
    EventType.DEADLINE_CORRECTED: None,
}

# The moments on which appeals rest.
KEY_TYPES = frozenset(
    {
        EventType.REFUND_REQUESTED,
        EventType.SHIPMENT_SIGNED,
        EventType.INTERCEPT_FAILED,
        EventType.DELIVERY_REFUSED,
        EventType.RETURN_SIGNED,
        EventType.RETURN_INSPECTED,
        EventType.PLATFORM_DECIDED,
        EventType.REFUND_SUCCEEDED,
    }
)

# Which values of an event a packet shows behind its name.
SHOWN = ("amount", "courier", "tracking_no", "place", "reason")
