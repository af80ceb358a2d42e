"""One more case of an appeal about several orders (PD-32), after the appeal's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FurtherCase(models.Model):
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.CASCADE, related_name="further_cases")
    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="further_appeals")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("further case")
        verbose_name_plural = _("further cases")
        constraints = [models.UniqueConstraint(fields=["appeal", "case"], name="appeal_further_case_once")]

    def __str__(self) -> str:
        return f"{self.position}"
