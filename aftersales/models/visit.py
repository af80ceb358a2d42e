"""Who has looked at a case, and which version of it they saw."""

from django.conf import settings
from django.db import models


class CaseVisit(models.Model):
    case = models.ForeignKey("aftersales.Case", on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    seen_at = models.DateTimeField()
    seen_version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="visit_once_per_person")]
        indexes = [models.Index(fields=["seen_at"], name="visit_recent")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}"
