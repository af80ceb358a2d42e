"""One parcel of an order, on its way out or back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    OUTBOUND = "outbound", _("Outbound")
    RETURN = "return", _("Return")


class Shipment(models.Model):
    order = models.ForeignKey("aftersales.Order", on_delete=models.PROTECT, related_name="shipments")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    courier = models.CharField(_("courier"), max_length=60, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=60)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.UniqueConstraint(fields=["order", "direction", "tracking_no"], name="shipment_once_per_order"),
        ]

    def __str__(self) -> str:
        return f"{self.courier} {self.tracking_no}".strip()
