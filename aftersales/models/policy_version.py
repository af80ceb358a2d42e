"""A loaded version of a platform's policy pack."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    platform = models.CharField(_("platform"), max_length=40)
    version = models.CharField(_("version"), max_length=40)
    effective_from = models.DateTimeField(_("effective from"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"))
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(fields=["platform", "version"], name="policy_version_once"),
            models.UniqueConstraint(fields=["platform", "effective_from"], name="policy_moment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.version}"
