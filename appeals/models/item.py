"""One claim of an appeal, with its own amount and outcome (PD-24, PD-28)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appeals.enums import ItemKind, ItemOutcome


class AppealItem(models.Model):
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("item"), max_length=20, choices=ItemKind)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ItemOutcome, blank=True)
    amount_won = models.DecimalField(_("amount won"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("appeal item")
        verbose_name_plural = _("appeal items")
        constraints = [
            models.UniqueConstraint(fields=["appeal", "kind"], name="appeal_item_once"),
            models.CheckConstraint(
                condition=models.Q(kind=ItemKind.LIABILITY, amount__isnull=True)
                | (~models.Q(kind=ItemKind.LIABILITY) & models.Q(amount__gt=0)),
                name="appeal_item_amount_iff_money",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
