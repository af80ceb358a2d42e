"""A dispute over what the buyer received (KS-35 to 42, PD-34, 35, 37 D and E, 39 to 42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, transition

from aftersales.enums import Kind, State
from aftersales.models.case import Case
from aftersales.models.shared_flow import OFFER_LEADS_TO, SharedFlow
from aftersales.states import OPEN_STATES

if TYPE_CHECKING:
    from aftersales.transition_data import OfferAcceptedData, TransitionData

_EARLY = [State.PENDING, State.VERIFYING]


class ReturnDispute(SharedFlow, Case):
    class Meta:
        proxy = True
        verbose_name = _("return dispute")
        verbose_name_plural = _("return disputes")

    @transition(field="state", source=State.PENDING, target=State.VERIFYING)
    def ask_proof(self, data: TransitionData) -> None:
        """Ask the buyer to show what is wrong."""

    @transition(field="state", source=[*_EARLY, State.RETURN_RECEIVED], target=State.OFFERING)
    def make_offer(self, data: TransitionData) -> None:
        """Offer something other than the full refund."""

    @transition(field="state", source=State.OFFERING, target=RETURN_VALUE(*dict.fromkeys(OFFER_LEADS_TO.values())))
    def offer_accepted(self, data: OfferAcceptedData) -> str:
        """The buyer takes the offer: its kind says where that leads."""
        return OFFER_LEADS_TO[data.offer].value

    @transition(field="state", source=[*_EARLY, State.OFFERING], target=State.AWAITING_RETURN)
    def agree_return(self, data: TransitionData) -> None:
        """The buyer may send it back to a full address (PD-34)."""

    @transition(field="state", source=State.AWAITING_RETURN, target=State.RETURN_IN_TRANSIT)
    def buyer_shipped(self, data: TransitionData) -> None:
        """The return is on its way."""

    @transition(field="state", source=[State.AWAITING_RETURN, State.RETURN_IN_TRANSIT], target=State.RETURN_RECEIVED)
    def return_signed(self, data: TransitionData) -> None:
        """The return was signed for: 48 h to inspect it (KS-40)."""

    @transition(field="state", source=State.RETURN_RECEIVED, target=State.REFUNDING)
    def inspect_ok(self, data: TransitionData) -> None:
        """The goods are as they should be."""

    @transition(field="state", source=[*_EARLY, State.OFFERING], target=State.RESHIPPING)
    def agree_reship(self, data: TransitionData) -> None:
        """Promise to send it again: 24 h (PD-35)."""

    @transition(field="state", source=State.RESHIPPING, target=State.RESOLVED)
    def reshipped(self, data: TransitionData) -> None:
        """The new number was told to the buyer (KS-36)."""

    @transition(field="state", source=_EARLY, target=State.AWAITING_RETURN)
    def convert_to_return(self, data: TransitionData) -> None:
        """The buyer changes the case to return-and-refund (PD-37 D)."""

    @transition(
        field="state",
        source=[*_EARLY, State.OFFERING, State.RETURN_IN_TRANSIT, State.RETURN_RECEIVED],
        target=State.REJECTED,
    )
    def reject(self, data: TransitionData) -> None:
        """Refuse, with proof (KS-42, KS-41, KS-39)."""

    @transition(
        field="state",
        source=[state for state in OPEN_STATES[Kind.RETURN_DISPUTE] if state != State.REFUNDING],
        target=State.REFUNDING,
    )
    def agree_refund(self, data: TransitionData) -> None:
        """Agree to refund."""
