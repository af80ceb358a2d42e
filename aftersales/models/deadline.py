"""One running or ended clock of a case. Written by the clocks service and the sweep only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.enums import BreachCause, ClockKind, DueSource, EventType, Outcome, Party


class Deadline(models.Model):
    """What a fold of the case's events proves; `outcome` is what has been recorded of it so far.

    `owner_at_breach` and `amount_at_risk` are kept as they were at the breach; `cause` is a lead's word on why.
    Relations have no index of their own where a constraint gives one, or where only a person's removal would use it:
    a change of outcome writes to every index.
    """

    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    rule = models.CharField(_("rule"), max_length=60)
    policy = models.ForeignKey("aftersales.PolicyVersion", on_delete=models.PROTECT, related_name="deadlines")
    subject = models.CharField(max_length=80, blank=True)
    number = models.PositiveSmallIntegerField(default=1)
    clock = models.CharField(max_length=10, choices=ClockKind)
    party = models.CharField(_("who must act"), max_length=10, choices=Party)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.CharField(max_length=40, choices=EventType)
    due_at = models.DateTimeField(_("due at"))
    due_source = models.CharField(_("source"), max_length=10, choices=DueSource)
    computed_due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.RUNNING)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    owner_at_breach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    amount_at_risk = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    cause = models.CharField(_("cause"), max_length=20, choices=BreachCause, blank=True)
    cause_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    warn_at = models.DateTimeField(_("next warning"), null=True, blank=True)
    warned_at = models.DateTimeField(_("warned at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(fields=["case", "rule", "subject", "number"], name="deadline_once"),
            models.UniqueConstraint(
                fields=["case", "rule", "subject"],
                condition=models.Q(stopped_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_one_running",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.BREACHED, breached_at__isnull=False)
                | (~models.Q(outcome=Outcome.BREACHED) & models.Q(breached_at__isnull=True)),
                name="deadline_breached_at_iff_breached",
            ),
            models.CheckConstraint(
                condition=models.Q(due_source=DueSource.COMPUTED, computed_due_at__isnull=False)
                | ~models.Q(due_source=DueSource.COMPUTED),
                name="deadline_computed_keeps_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="deadline_running", condition=models.Q(outcome=Outcome.RUNNING)),
            models.Index(fields=["warn_at"], name="deadline_to_tell", condition=models.Q(warn_at__isnull=False)),
            models.Index(
                fields=["breached_at"], name="deadline_breached", condition=models.Q(outcome=Outcome.BREACHED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"
