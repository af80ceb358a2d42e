"""What a person or a program says with a transition. Pure: pydantic models, one a shape."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aftersales.couriers import normalized
from aftersales.enums import Party, State

Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Text = Annotated[str, Field(min_length=1, max_length=300)]
Number = Annotated[str, Field(min_length=4, max_length=60, pattern=r"^[A-Za-z0-9-]+$")]


def _tidy(value: Any) -> Any:
    return normalized(value) if isinstance(value, str) else value


# As it was pasted, in one spelling. Its shape is nobody's business here: couriers.py warns, and nothing refuses.
Pasted = Annotated[str, BeforeValidator(_tidy), Field(max_length=60)]
TrackingNumber = Annotated[Pasted, Field(min_length=4, pattern=r"^[A-Za-z-]*[0-9][A-Za-z0-9-]*$")]


class Offer(TextChoices):
    PARTIAL_REFUND = "partial_refund", _("Partial refund, case withdrawn")
    EXCHANGE = "exchange", _("Exchange")
    RESHIP = "reship", _("Reship")
    REPAIR = "repair", _("Repair")
    PRICE_DIFFERENCE = "price_difference", _("Price difference")
    FULL_REFUND = "full_refund", _("Full refund")


class Ruling(TextChoices):
    REFUND = State.REFUNDING.value, _("Refund the buyer")
    REJECT = State.REJECTED.value, _("Reject the buyer's claim")
    RESOLVE = State.RESOLVED.value, _("Closed without refund")


class TransitionData(BaseModel):
    """Nothing needed; unknown fields are refused so that a typo is not lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class RefundData(TransitionData):
    amount: Amount | None = Field(default=None, title=str(_("Amount")))


class RapidData(RefundData):
    rapid: bool = False


class StepInData(TransitionData):
    asked_by: Party = Party.BUYER


class TicketData(TransitionData):
    subject: Number


class TicketAnswerData(TransitionData):
    subject: str = ""


class RulingData(TransitionData):
    ruling: Ruling
    liable: Party


class RejectData(TransitionData):
    reason: Text


class ProofData(TransitionData):
    shows: Text


class OfferData(TransitionData):
    offer: Offer
    amount: Amount | None = None


class OfferAcceptedData(TransitionData):
    offer: Offer


class AddressData(TransitionData):
    address: Annotated[str, Field(min_length=8, max_length=300)]


class ParcelData(TransitionData):
    courier: Annotated[str, Field(max_length=60)] = ""
    tracking_no: TrackingNumber


class FollowData(TransitionData):
    """The platform's own word on where the case stands: import and API only."""

    state: State
    status: str = ""
    known_at: datetime | None = None
