"""A refund of what is on its way: bring the parcel back (KS-31 to 34, PD-37 A to C and F)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from aftersales.enums import State
from aftersales.models.case import Case
from aftersales.models.shared_flow import SharedFlow

if TYPE_CHECKING:
    from aftersales.transition_data import TransitionData


class InTransitIntercept(SharedFlow, Case):
    class Meta:
        proxy = True
        verbose_name = _("in-transit intercept")
        verbose_name_plural = _("in-transit intercepts")

    @transition(field="state", source=State.PENDING, target=State.PERSUADING)
    def persuade(self, data: TransitionData) -> None:
        """Ask why, and try to keep the sale (PD-37 A)."""

    @transition(field="state", source=[State.PENDING, State.PERSUADING], target=State.INTERCEPTING)
    def order_intercept(self, data: TransitionData) -> None:
        """Ask the courier to bring the parcel back."""

    @transition(field="state", source=State.INTERCEPTING, target=State.INTERCEPTED)
    def intercept_succeeded(self, data: TransitionData) -> None:
        """The courier has it."""

    @transition(field="state", source=State.INTERCEPTING, target=State.INTERCEPT_FAILED)
    def intercept_failed(self, data: TransitionData) -> None:
        """The courier could not stop it, and the proof of that is here (KS-33)."""

    @transition(
        field="state",
        source=[State.PENDING, State.INTERCEPTING, State.INTERCEPT_FAILED],
        target=State.AWAITING_REFUSAL,
    )
    def agree_refusal(self, data: TransitionData) -> None:
        """The buyer refuses the parcel at the door, then the refund follows."""

    @transition(field="state", source=[State.AWAITING_REFUSAL, State.INTERCEPT_FAILED], target=State.REFUSED)
    def record_refusal(self, data: TransitionData) -> None:
        """The parcel was refused (KS-34)."""

    @transition(field="state", source=[State.INTERCEPTED, State.REFUSED], target=State.RETURNED)
    def parcel_returned(self, data: TransitionData) -> None:
        """The parcel is back."""

    @transition(
        field="state",
        source=[State.INTERCEPTING, State.INTERCEPT_FAILED, State.AWAITING_REFUSAL],
        target=State.TRANSFERRED,
    )
    def record_delivery(self, data: TransitionData) -> None:
        """The buyer signed for the parcel: go on as a return dispute."""

    @transition(
        field="state",
        source=[
            State.PENDING,
            State.PERSUADING,
            State.INTERCEPTING,
            State.INTERCEPTED,
            State.REFUSED,
            State.RETURNED,
            State.PLATFORM_REVIEW,
        ],
        target=State.REFUNDING,
    )
    def agree_refund(self, data: TransitionData) -> None:
        """Agree to refund."""

    @transition(field="state", source=[State.PENDING, State.INTERCEPT_FAILED], target=State.REJECTED)
    def reject(self, data: TransitionData) -> None:
        """Refuse, with proof (KS-42)."""
