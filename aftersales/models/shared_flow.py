"""The transitions that the three machines share. A method changes its row's state and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_fsm import RETURN_VALUE, transition

from aftersales.enums import State
from aftersales.states import ALL_OPEN
from aftersales.transition_data import Offer

if TYPE_CHECKING:
    from aftersales.transition_data import FollowData, RulingData, TransitionData

OFFER_LEADS_TO: dict[str, State] = {
    Offer.PARTIAL_REFUND: State.RESOLVED,
    Offer.PRICE_DIFFERENCE: State.RESOLVED,
    Offer.REPAIR: State.RESOLVED,
    Offer.EXCHANGE: State.RESHIPPING,
    Offer.RESHIP: State.RESHIPPING,
    Offer.FULL_REFUND: State.REFUNDING,
}


class SharedFlow:
    """Mixed into each kind's proxy model."""

    @transition(field="state", source=State.REFUNDING, target=State.REFUNDED)
    def confirm_refund(self, data: TransitionData) -> None:
        """The money has reached the buyer: appeal windows start here."""

    @transition(field="state", source=list(ALL_OPEN), target=State.REFUNDED)
    def refund_directly(self, data: TransitionData) -> None:
        """The platform refunded by itself."""

    @transition(field="state", source=list(ALL_OPEN), target=State.WITHDRAWN)
    def buyer_withdraw(self, data: TransitionData) -> None:
        """The buyer took the case back."""

    @transition(field="state", source=[State.REJECTED, State.WITHDRAWN], target=State.PENDING)
    def buyer_reopen(self, data: TransitionData) -> None:
        """The buyer applies again."""

    @transition(
        field="state",
        source=[state for state in (*ALL_OPEN, State.REJECTED) if state != State.PLATFORM_REVIEW],
        target=State.PLATFORM_REVIEW,
    )
    def platform_step_in(self, data: TransitionData) -> None:
        """The platform takes the case over (PD-38)."""

    @transition(field="state", source=State.PLATFORM_REVIEW, target=State.PLATFORM_REVIEW)
    def open_ticket(self, data: TransitionData) -> None:
        """The platform asks for proof (PD-46, PD-48)."""

    @transition(field="state", source=State.PLATFORM_REVIEW, target=State.PLATFORM_REVIEW)
    def submit_evidence(self, data: TransitionData) -> None:
        """Proof is handed to the platform (PD-47)."""

    @transition(
        field="state",
        source=State.PLATFORM_REVIEW,
        target=RETURN_VALUE(State.REFUNDING, State.REJECTED, State.RESOLVED),
    )
    def platform_decide(self, data: RulingData) -> str:
        """The platform has ruled."""
        return data.ruling.value

    @transition(field="state", source="*", target=RETURN_VALUE(*State))
    def follow_platform(self, data: FollowData) -> str:
        """The platform reports a state that our own steps did not lead to."""
        return data.state.value
