"""Many appeals' packets in one file, and how each of them went."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appeals.enums import PacketState


class Bundle(models.Model):
    """One ZIP with a folder for each appeal. One appeal that fails never loses the others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.CharField(_("profile"), max_length=40, default="pdf")  # a destination that the packs know
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(_("state"), max_length=10, choices=PacketState, default=PacketState.QUEUED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested at"))
    tries = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)  # when its worker was last heard of
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=200, blank=True)
    byte_size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=PacketState.DONE) | ~models.Q(sha256=""), name="bundle_done_has_hash"
            ),
        ]
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="bundle_newest")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_building(self) -> bool:
        return self.state in (PacketState.QUEUED, PacketState.RUNNING)


class BundleEntry(models.Model):
    """One appeal of a bundle; `packet` is its file once there is one, `error` why there is none."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="entries")
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    state = models.CharField(_("state"), max_length=10, choices=PacketState, default=PacketState.QUEUED)
    packet = models.ForeignKey("appeals.Packet", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    error = models.CharField(_("error"), max_length=500, blank=True)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("appeal of a bundle")
        verbose_name_plural = _("appeals of a bundle")
        constraints = [
            models.UniqueConstraint(fields=["bundle", "appeal"], name="bundle_appeal_once"),
            models.CheckConstraint(
                condition=~models.Q(state=PacketState.DONE) | models.Q(packet__isnull=False),
                name="bundle_entry_done_has_packet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
