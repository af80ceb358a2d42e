"""The words of the field, as choices."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")


class Kind(TextChoices):
    NOT_SHIPPED = "not_shipped", _("Not-shipped refund")
    IN_TRANSIT = "in_transit", _("In-transit intercept")
    RETURN_DISPUTE = "return_dispute", _("Return dispute")


class State(TextChoices):
    """Every state of the three machines; `states.py` says which belongs to which."""

    PENDING = "pending", pgettext_lazy("case state", "To handle")
    NEGOTIATING = "negotiating", pgettext_lazy("case state", "Negotiating")
    CANCELLING_SHIPMENT = "cancelling_shipment", pgettext_lazy("case state", "Cancelling shipment")
    TRACKING_DUE = "tracking_due", pgettext_lazy("case state", "Tracking number due")
    PERSUADING = "persuading", pgettext_lazy("case state", "Persuading to keep")
    INTERCEPTING = "intercepting", pgettext_lazy("case state", "Intercepting")
    INTERCEPTED = "intercepted", pgettext_lazy("case state", "Intercepted")
    INTERCEPT_FAILED = "intercept_failed", pgettext_lazy("case state", "Intercept failed")
    AWAITING_REFUSAL = "awaiting_refusal", pgettext_lazy("case state", "Awaiting refusal of delivery")
    REFUSED = "refused", pgettext_lazy("case state", "Delivery refused")
    RETURNED = "returned", pgettext_lazy("case state", "Returned to sender")
    VERIFYING = "verifying", pgettext_lazy("case state", "Awaiting buyer's proof")
    OFFERING = "offering", pgettext_lazy("case state", "Offer made")
    AWAITING_RETURN = "awaiting_return", pgettext_lazy("case state", "Awaiting return")
    RETURN_IN_TRANSIT = "return_in_transit", pgettext_lazy("case state", "Return on its way")
    RETURN_RECEIVED = "return_received", pgettext_lazy("case state", "Return received")
    RESHIPPING = "reshipping", pgettext_lazy("case state", "Reshipping")
    PLATFORM_REVIEW = "platform_review", pgettext_lazy("case state", "Platform intervention")
    REFUNDING = "refunding", pgettext_lazy("case state", "Refund agreed")
    REFUNDED = "refunded", pgettext_lazy("case state", "Refunded")
    REJECTED = "rejected", pgettext_lazy("case state", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("case state", "Withdrawn by buyer")
    RESOLVED = "resolved", pgettext_lazy("case state", "Resolved without refund")
    TRANSFERRED = "transferred", pgettext_lazy("case state", "Transferred")


class Issue(TextChoices):
    WRONG_ITEM = "wrong_item", _("Wrong item")
    DAMAGED = "damaged", _("Damaged")
    QUALITY = "quality", _("Quality problem")
    MISSING_ITEMS = "missing_items", _("Missing items")
    NOT_OUR_ITEM = "not_our_item", _("Not our item")
    FAULT_AFTER_USE = "fault_after_use", _("Fault after use")
    NO_REASON = "no_reason", _("No reason given")
    RETURN_MISMATCH = "return_mismatch", _("Return does not match")


class Party(TextChoices):
    MERCHANT = "merchant", _("Merchant")
    BUYER = "buyer", _("Buyer")
    COURIER = "courier", _("Courier")
    PLATFORM = "platform", _("Platform")


class EventType(TextChoices):
    """What can happen to a case, in the order of a case's life: the order decides between two facts of one moment."""

    REFUND_REQUESTED = "refund.requested", _("Refund requested")
    BUYER_REOPENED = "buyer.reopened", _("Buyer reopened the case")
    SHIPMENT_NO_TRACE = "shipment.no_trace", _("No tracking record")
    TRACKING_UPLOADED = "shipment.tracking_uploaded", _("Tracking number uploaded")
    TRACKING_CORRECTED = "shipment.tracking_corrected", _("Tracking number corrected")
    SHIPMENT_SCANNED = "shipment.scanned", _("Parcel scanned")
    SHIPMENT_STALLED = "shipment.stalled", _("Tracking stalled")
    OUT_FOR_DELIVERY = "shipment.out_for_delivery", _("Out for delivery")
    SHIPMENT_SIGNED = "shipment.signed", _("Parcel signed for")
    BUYER_MESSAGED = "buyer.messaged", _("Buyer sent a message")
    BUYER_CONTACTED = "buyer.contacted", _("Buyer contacted")
    CHAT_CLOSED = "chat.closed", _("Chat closed")
    CHAT_RATED = "chat.rated", _("Buyer rated the chat")
    NEGOTIATION_STARTED = "negotiation.started", _("Negotiation started")
    PERSUASION_STARTED = "persuasion.started", _("Persuading the buyer to keep it")
    SHIPMENT_CANCELLING = "shipment.cancelling", _("Shipment being cancelled")
    UNSHIPPED_DISPUTED = "unshipped.disputed", _("Parcel had already left")
    INTERCEPT_ORDERED = "intercept.ordered", _("Intercept ordered")
    INTERCEPT_SUCCEEDED = "intercept.succeeded", _("Intercept succeeded")
    INTERCEPT_FAILED = "intercept.failed", _("Intercept failed")
    REFUSAL_AGREED = "refusal.agreed", _("Refusal of delivery agreed")
    DELIVERY_REFUSED = "delivery.refused", _("Delivery refused")
    PARCEL_RETURNED = "parcel.returned", _("Parcel back with sender")
    PROOF_ASKED = "proof.asked", _("Buyer asked for proof")
    OFFER_MADE = "offer.made", _("Offer made")
    OFFER_ACCEPTED = "offer.accepted", _("Offer accepted")
    ADDRESS_REQUESTED = "platform.address_requested", _("Platform asked for the return address")
    ADDRESS_GIVEN = "return.address_given", _("Return address given")
    RETURN_AGREED = "return.agreed", _("Return agreed")
    RETURN_SHIPPED = "return.shipped", _("Return shipped")
    RETURN_SIGNED = "return.signed", _("Return signed for")
    RETURN_INSPECTED = "return.inspected", _("Return inspected")
    RESHIP_AGREED = "reship.agreed", _("Reship agreed")
    RESHIP_SHIPPED = "reship.shipped", _("Reshipped")
    EVIDENCE_ADDED = "evidence.added", _("Evidence added")
    EVIDENCE_CAPTIONED = "evidence.captioned", _("Evidence captioned anew")
    EVIDENCE_WITHDRAWN = "evidence.withdrawn", _("Evidence withdrawn")
    PLATFORM_STEPPED_IN = "platform.stepped_in", _("Platform stepped in")
    TICKET_OPENED = "platform.ticket_opened", _("Platform ticket opened")
    EVIDENCE_SUBMITTED = "evidence.submitted", _("Evidence submitted to the platform")
    TICKET_CLOSED = "platform.ticket_closed", _("Platform ticket closed")
    PLATFORM_DECIDED = "platform.decided", _("Platform decided")
    STATUS_REPORTED = "platform.status", _("Platform status")
    PLATFORM_COUNTDOWN = "platform.countdown", _("Platform countdown")
    REFUND_AGREED = "refund.agreed", _("Refund agreed")
    CASE_REJECTED = "case.rejected", _("Case rejected")
    BUYER_WITHDREW = "buyer.withdrew", _("Buyer withdrew")
    CASE_TRANSFERRED = "case.transferred", _("Transferred")
    CASE_CLOSED = "case.closed", _("Closed")
    REFUND_SUCCEEDED = "refund.succeeded", _("Refund succeeded")
    APPEAL_OPENED = "appeal.opened", _("Appeal opened")
    APPEAL_SUBMITTED = "appeal.submitted", _("Appeal submitted")
    APPEAL_DECIDED = "appeal.decided", _("Appeal decided")
    APPEAL_WITHDRAWN = "appeal.withdrawn", _("Appeal withdrawn")
    APPEAL_EXPIRED = "appeal.expired", _("Appeal expired")
    REASON_CHANGED = "reason.changed", _("Reason changed")
    CASE_IMPORTED = "case.imported", _("Imported")
    CASE_ASSIGNED = "case.assigned", _("Assigned")
    CASE_NOTED = "case.noted", _("Note")
    DEADLINE_MOVED = "deadline.moved", _("Deadline moved")
    DEADLINE_BREACHED = "deadline.breached", _("Deadline breached")
    DEADLINE_CORRECTED = "deadline.corrected", _("Deadline corrected")


class Source(TextChoices):
    PERSON = "person", _("Person")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    COURIER = "courier", _("Courier")
    PLATFORM = "platform", _("Platform")
    SYSTEM = "system", _("System")


class DueSource(TextChoices):
    COMPUTED = "computed", _("Computed by rule")
    PLATFORM = "platform", _("Given by the platform")
    MANUAL = "manual", _("Moved by hand")


class Outcome(TextChoices):
    RUNNING = "running", pgettext_lazy("deadline", "Running")
    MET = "met", pgettext_lazy("deadline", "Met")
    BREACHED = "breached", pgettext_lazy("deadline", "Breached")
    LAPSED = "lapsed", pgettext_lazy("deadline", "Window closed")
    OPENED = "opened", pgettext_lazy("deadline", "Gate open")
    CANCELLED = "cancelled", pgettext_lazy("deadline", "Cancelled")


class ClockKind(TextChoices):
    """A duty must be done in time, or it is breached; a window may be used, or it closes; a gate opens at its end.

    A task is owed from its start and has no end: it is done or not, never late.
    """

    DUTY = "duty", _("Duty")
    WINDOW = "window", _("Window")
    GATE = "gate", _("Not before")
    TASK = "task", _("At once")


# What a case owes: it ends with the case at the latest.
OWED = (ClockKind.DUTY, ClockKind.TASK)


class Opener(TextChoices):
    """What a message is, where it says nothing in words (TT-03, TT-17)."""

    IMAGE = "image", _("Image")
    VIDEO = "video", _("Video")
    EMOJI = "emoji", _("Emoji")
    PRODUCT_CARD = "product_card", _("Product card")
    ORDER_CARD = "order_card", _("Order card")


class Mood(TextChoices):
    """What a buyer's message gives to expect (TM-06)."""

    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    WILL_COMPLAIN = "will_complain", _("About to complain")
    HAS_COMPLAINED = "has_complained", _("Has complained")
    WILL_RATE_BADLY = "will_rate_badly", _("About to rate badly")
    HAS_RATED_BADLY = "has_rated_badly", _("Has rated badly")


class ChatRating(TextChoices):
    """How a buyer rates a chat (TM-10)."""

    VERY_SATISFIED = "very_satisfied", _("Very satisfied")
    SATISFIED = "satisfied", _("Satisfied")
    NEUTRAL = "neutral", _("Neutral")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    VERY_DISSATISFIED = "very_dissatisfied", _("Very dissatisfied")


class Telling(TextChoices):
    """What a notification tells of a deadline."""

    WARNING = "warning", pgettext_lazy("notification", "Due soon")
    BREACH = "breach", pgettext_lazy("notification", "Breached")
    ALERT = "alert", pgettext_lazy("notification", "Act at once")


class BreachCause(TextChoices):
    """A lead's word on why a deadline was missed."""

    NOT_SEEN = "not_seen", _("Not seen in time")
    UNDERSTAFFED = "understaffed", _("Too few people")
    WAITED_FOR_COURIER = "courier", _("Courier did not answer")
    WAITED_FOR_BUYER = "buyer", _("Buyer did not answer")
    PROOF_MISSING = "proof", _("Proof came too late")
    WRONG_STEP = "wrong_step", _("Wrong step taken")
    SYSTEM = "system", _("Technical fault")
    OTHER = "other", _("Another cause")


class ImportState(TextChoices):
    QUEUED = "queued", pgettext_lazy("task", "Queued")
    RUNNING = "running", pgettext_lazy("task", "Running")
    DONE = "done", pgettext_lazy("task", "Done")
    FAILED = "failed", pgettext_lazy("task", "Failed")


class RowOutcome(TextChoices):
    CREATED = "created", pgettext_lazy("import row", "Created")
    UPDATED = "updated", pgettext_lazy("import row", "Updated")
    UNCHANGED = "unchanged", pgettext_lazy("import row", "Unchanged")
    REJECTED = "rejected", pgettext_lazy("import row", "Rejected")
    IGNORED = "ignored", pgettext_lazy("import row", "Ignored")


class Urgency(IntegerChoices):
    """How near the next merchant deadline is."""

    NONE = 0, _("No deadline")
    CALM = 1, _("More than 24 h")
    TODAY = 2, _("Within 24 h")
    SOON = 3, _("Within 2 h")
    LATE = 4, _("Overdue")
