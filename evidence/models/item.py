"""One piece of proof: a file that was checked, kept by its content's hash, and never altered."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.enums import Origin
from evidence.querysets import EvidenceQuerySet


class EvidenceItem(models.Model):
    """A withdrawn item stays, with who withdrew it and why: its place in the ledger stays true.

    `derived_from` is the piece that this one was turned, cropped or blacked out from, by `derivation`. A film has
    `duration_ms` and, under `stills_key`, a sheet of stills for the packet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="evidence_items")
    slot = models.CharField(_("slot"), max_length=60)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    original_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(_("type"), max_length=60)
    byte_size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(default=1)
    warnings = models.JSONField(default=list)
    confirmed = models.JSONField(default=list)  # what of the slot's checklist was confirmed with it, by code
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    stills_key = models.CharField(max_length=200, blank=True)
    derived_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="derivatives", verbose_name=_("original")
    )
    derivation = models.JSONField(default=dict, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.PAGE)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence item")
        verbose_name_plural = _("evidence items")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "slot", "sha256"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="evidence_once_per_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="evidence_withdrawn_at_iff_by",
            ),
            models.CheckConstraint(condition=models.Q(byte_size__gt=0), name="evidence_not_empty"),
            models.CheckConstraint(
                condition=models.Q(derived_from__isnull=True) ^ models.Q(origin=Origin.DERIVED),
                name="evidence_derived_iff_original",
            ),
            models.CheckConstraint(
                condition=models.Q(duration_ms__isnull=True, stills_key="")
                | (models.Q(duration_ms__isnull=False) & ~models.Q(stills_key="")),
                name="evidence_stills_iff_film",
            ),
        ]
        indexes = [models.Index(fields=["case", "slot", "added_at"], name="evidence_of_case")]

    def __str__(self) -> str:
        return self.original_name
