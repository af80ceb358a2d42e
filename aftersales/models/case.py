"""One after-sales case. One table for the three kinds, so that the queue is one indexed query."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from aftersales.enums import Issue, Kind, State
from aftersales.querysets import CaseQuerySet
from aftersales.states import CLOSED_STATES

NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)  # sorts a case without a deadline last


class Case(FSMModelMixin, models.Model):
    """A case's state is changed by the transitions of its kind's machine only: `Case` itself has none.

    `next_due_at`, `next_rule`, `task_at`, `task_rule` and `amount_at_risk` follow the clocks: the duty that is due
    first, and the urgent task that has waited longest, which goes before it; `ledger_seq` and `ledger_head` are the
    place and hash of the last event; `version` grows with every change that a page should know of.
    """

    shop = models.ForeignKey("aftersales.Shop", on_delete=models.PROTECT, related_name="cases")
    order = models.ForeignKey("aftersales.Order", on_delete=models.PROTECT, related_name="cases")
    platform_case_no = models.CharField(_("case number"), max_length=64)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = FSMField(_("state"), default=State.PENDING, choices=State.choices, protected=True)
    issue = models.CharField(_("issue"), max_length=20, choices=Issue, blank=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")

    reason = models.CharField(_("reason"), max_length=200, blank=True)
    first_reason = models.CharField(_("first reason"), max_length=200, blank=True, editable=False)
    refund_amount = models.DecimalField(_("refund amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    platform_status = models.CharField(_("platform status"), max_length=200, blank=True)
    is_status_known = models.BooleanField(_("platform status is known"), default=True)

    requested_at = models.DateTimeField(_("requested at"))
    platform_updated_at = models.DateTimeField(_("updated by the platform at"), null=True, blank=True)
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    version = models.PositiveIntegerField(default=1)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    sorted_due_at = models.GeneratedField(
        expression=Coalesce("task_at", "next_due_at", models.Value(NO_DEADLINE)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    next_rule = models.CharField(max_length=60, blank=True)
    task_at = models.DateTimeField(_("to be acted on since"), null=True, blank=True)
    task_rule = models.CharField(max_length=60, blank=True)
    waiting_for = models.CharField(_("waiting for"), max_length=10, blank=True)
    stalls_at = models.DateTimeField(_("counts as stalled at"), null=True, blank=True)
    appeal_until = models.DateTimeField(_("appeal window closes at"), null=True, blank=True)
    has_breach = models.BooleanField(_("breached"), default=False)
    amount_at_risk = models.DecimalField(_("amount at risk"), max_digits=12, decimal_places=2, default=0)
    proof_filled = models.PositiveSmallIntegerField(default=0)
    proof_needed = models.PositiveSmallIntegerField(default=0)
    ledger_seq = models.PositiveIntegerField(default=0, editable=False)
    ledger_head = models.CharField(max_length=64, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "platform_case_no"],
                condition=~models.Q(state=State.TRANSFERRED),
                name="case_once_per_shop",
            ),
            models.CheckConstraint(
                condition=models.Q(refund_amount__isnull=True) | models.Q(refund_amount__gte=0),
                name="case_refund_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=False, state__in=CLOSED_STATES)
                | (models.Q(closed_at__isnull=True) & ~models.Q(state__in=CLOSED_STATES)),
                name="case_closed_at_iff_closed",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="case_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="case_state_known"),
        ]
        indexes = [
            models.Index(fields=["sorted_due_at", "id"], name="case_queue", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["assignee", "sorted_due_at"], name="case_queue_mine", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["-amount_at_risk", "sorted_due_at", "id"],
                name="case_queue_by_money",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["stalls_at"], name="case_to_stall", condition=models.Q(stalls_at__isnull=False)),
            models.Index(
                fields=["appeal_until"], name="case_to_appeal", condition=models.Q(appeal_until__isnull=False)
            ),
            models.Index(fields=["-requested_at", "-id"], name="case_newest"),
            models.Index(fields=["platform_case_no"], name="case_by_number"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """The case's own number, such as C-000123."""
        return f"C-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def buyer(self) -> str:
        return self.order.buyer
