"""A purchase in a shop."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    shop = models.ForeignKey("aftersales.Shop", on_delete=models.PROTECT, related_name="orders")
    platform_order_no = models.CharField(_("order number"), max_length=64)
    buyer = models.CharField(_("buyer"), max_length=100, blank=True)
    product = models.CharField(_("product"), max_length=300, blank=True)
    sku = models.CharField(_("SKU"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    amount = models.DecimalField(_("order amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["shop", "platform_order_no"], name="order_once_per_shop"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="order_amount_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["platform_order_no"], name="order_by_number")]

    def __str__(self) -> str:
        return self.platform_order_no
