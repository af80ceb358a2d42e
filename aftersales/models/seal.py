"""A seal over the heads of all changed cases; each seal covers the one before."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerSeal(models.Model):
    sealed_at = models.DateTimeField(_("sealed at"))
    heads = models.JSONField(help_text=_("Case id to the place and the hash of its last event."))
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("ledger seal")
        verbose_name_plural = _("ledger seals")

    def __str__(self) -> str:
        return self.hash[:12]
