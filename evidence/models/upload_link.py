"""A one-time address under which a phone adds proof to one case, without a login."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadLink(models.Model):
    """Only the hash of its secret is kept. The first device to open it claims it: no other one can use it.

    What is uploaded counts as added by whoever made the link; it ends at `expires_at` or when somebody closes it.
    """

    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="upload_links")
    slot = models.CharField(_("slot"), max_length=60)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("expires at"))
    claimed_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    device_sha256 = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("phone upload")
        verbose_name_plural = _("phone uploads")
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name="upload_link_ends"),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=True, device_sha256="")
                | (models.Q(claimed_at__isnull=False) & ~models.Q(device_sha256="")),
                name="upload_link_claimed_iff_device",
            ),
        ]
        indexes = [models.Index(fields=["case", "-created_at"], name="upload_link_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.slot}"
