"""One built file of an appeal: `content` is all that it is made of, so building it again gives the same bytes."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appeals.enums import PacketState


class Packet(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.PROTECT, related_name="packets")
    profile = models.CharField(_("profile"), max_length=40, default="pdf")  # a destination of the pack
    is_masked = models.BooleanField(_("personal data masked"), default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    content = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=PacketState, default=PacketState.QUEUED)
    step = models.CharField(max_length=200, blank=True)
    done_steps = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(default=0)
    appeal_version = models.PositiveIntegerField()
    evidence_digest = models.CharField(max_length=64)
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
    pages = models.PositiveIntegerField(default=0)
    byte_size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=PacketState.DONE) | ~models.Q(sha256=""), name="packet_done_has_hash"
            ),
        ]
        indexes = [models.Index(fields=["appeal", "-requested_at"], name="packet_newest")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_building(self) -> bool:
        return self.state in (PacketState.QUEUED, PacketState.RUNNING)
