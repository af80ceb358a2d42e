"""One piece of evidence that an appeal uses, in its order; the content hash is frozen at submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppealPiece(models.Model):
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.CASCADE, related_name="pieces")
    item = models.ForeignKey("evidence.EvidenceItem", on_delete=models.PROTECT, related_name="appeal_pieces")
    position = models.PositiveSmallIntegerField(_("position"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    frozen_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        constraints = [models.UniqueConstraint(fields=["appeal", "item"], name="appeal_piece_once")]

    def __str__(self) -> str:
        return f"{self.position}"
