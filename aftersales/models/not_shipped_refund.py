"""A refund of what has not been shipped (PD-36, KS-30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from aftersales.enums import State
from aftersales.models.case import Case
from aftersales.models.shared_flow import SharedFlow

if TYPE_CHECKING:
    from aftersales.transition_data import TransitionData

_EARLY = [State.PENDING, State.NEGOTIATING]


class NotShippedRefund(SharedFlow, Case):
    class Meta:
        proxy = True
        verbose_name = _("not-shipped refund")
        verbose_name_plural = _("not-shipped refunds")

    @transition(field="state", source=State.PENDING, target=State.NEGOTIATING)
    def negotiate(self, data: TransitionData) -> None:
        """Talk about whether to refund."""

    @transition(field="state", source=_EARLY, target=State.CANCELLING_SHIPMENT)
    def cancel_shipment(self, data: TransitionData) -> None:
        """Cancel in the ERP and recover the courier fee."""

    @transition(field="state", source=_EARLY, target=State.TRACKING_DUE)
    def dispute_unshipped(self, data: TransitionData) -> None:
        """The parcel did leave, but its number was not uploaded."""

    @transition(field="state", source=State.TRACKING_DUE, target=State.REJECTED)
    def upload_tracking(self, data: TransitionData) -> None:
        """Show the number and refuse the refund."""

    @transition(field="state", source=[*_EARLY, State.TRACKING_DUE], target=State.TRANSFERRED)
    def transfer_to_intercept(self, data: TransitionData) -> None:
        """Go on as an intercept."""

    @transition(
        field="state",
        source=[*_EARLY, State.CANCELLING_SHIPMENT, State.TRACKING_DUE, State.PLATFORM_REVIEW],
        target=State.REFUNDING,
    )
    def agree_refund(self, data: TransitionData) -> None:
        """Agree to refund."""

    @transition(field="state", source=_EARLY, target=State.REJECTED)
    def reject(self, data: TransitionData) -> None:
        """Refuse, with proof (KS-42)."""
