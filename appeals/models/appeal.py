"""An appeal against a refund, from draft to outcome."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from appeals.enums import OPEN_APPEALS, AppealState
from appeals.querysets import AppealQuerySet


class Appeal(FSMModelMixin, models.Model):
    """One open appeal per case and type; `opens_at` and `closes_at` are the window as it stood at opening.

    `window` is the clock of the case that rules whether there is still time: the platform's word may move it. Types
    for which no time is stated have none. `policy` is the version of the rules that the appeal stands under.
    `case` is the first of its cases; a complaint about several orders has more (`further_cases`). `reconsiders` is the
    lost appeal that this one asks to look at again. `changed_at` is when somebody last changed what the appeal says;
    `filed_packet` is what was handed in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="appeals")
    window = models.ForeignKey(
        "aftersales.Deadline", on_delete=models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    policy = models.ForeignKey("aftersales.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    reconsiders = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reconsiderations"
    )
    type = models.CharField(_("type"), max_length=60)
    ground = models.CharField(_("ground"), max_length=60, blank=True)
    statement = models.TextField(_("statement"), blank=True)
    state = FSMField(_("state"), default=AppealState.DRAFT, choices=AppealState.choices, protected=True)
    version = models.PositiveIntegerField(default=1)
    opens_at = models.DateTimeField(_("window opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("window closes at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    platform_appeal_no = models.CharField(_("platform's appeal number"), max_length=64, blank=True)
    filed_packet = models.ForeignKey(
        "appeals.Packet", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "type"], condition=models.Q(state__in=OPEN_APPEALS), name="appeal_one_open_per_type"
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="appeal_submitted_at_iff_by",
            ),
            models.UniqueConstraint(
                fields=["reconsiders"],
                condition=~models.Q(state__in=[AppealState.WITHDRAWN, AppealState.EXPIRED]),
                name="appeal_reconsidered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(window__isnull=True, opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(window__isnull=False, opens_at__isnull=False, closes_at__isnull=False),
                name="appeal_times_iff_window",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="appeal_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What a person calls it by, such as A-1B2C3D4E: the beginning of its id."""
        return f"A-{self.pk.hex[:8].upper()}"

    @property
    def is_draft(self) -> bool:
        return bool(self.state == AppealState.DRAFT)

    @transition(field=state, source=AppealState.DRAFT, target=AppealState.SUBMITTED)
    def submit(self) -> None:
        """Hand it in: the evidence list and the packet are frozen."""

    @transition(
        field=state,
        source=AppealState.SUBMITTED,
        target=RETURN_VALUE(AppealState.WON, AppealState.PARTLY_WON, AppealState.LOST),
    )
    def record_outcome(self, outcome: str) -> str:
        """The platform has decided every item."""
        return outcome

    @transition(field=state, source=list(OPEN_APPEALS), target=AppealState.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back."""

    @transition(field=state, source=AppealState.DRAFT, target=AppealState.EXPIRED)
    def expire(self) -> None:
        """The window closed over a draft."""
