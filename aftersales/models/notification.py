"""What a person or a channel is told of a deadline: once for each of its moments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Telling
from aftersales.querysets import NotificationQuerySet


class Notification(models.Model):
    """For a person or for a channel. `moment` is the warn moment, or the due time of a breach, that it tells of.

    `sent_at` is when it went out by e-mail or to the channel: it is set before sending, so that nobody else sends it,
    and taken back where that failed. `dropped_at` is when there was no more reason to. A person also sees it in the
    page, until `seen_at`; who gets no e-mail is told there alone, so for them it counts as sent at once.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    channel = models.ForeignKey(
        "aftersales.Channel", on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    case = models.ForeignKey("aftersales.Case", on_delete=models.CASCADE, related_name="notifications")
    deadline = models.ForeignKey("aftersales.Deadline", on_delete=models.CASCADE, related_name="notifications")
    tells = models.CharField(max_length=10, choices=Telling)
    moment = models.DateTimeField()
    due_at = models.DateTimeField(_("due at"))
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(channel__isnull=True),
                name="notification_for_a_person_or_a_channel",
            ),
            models.UniqueConstraint(
                fields=["person", "deadline", "moment"],
                condition=models.Q(person__isnull=False),
                name="notification_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["channel", "deadline", "moment"],
                condition=models.Q(channel__isnull=False),
                name="notification_once_per_channel",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="notification_to_send",
                condition=models.Q(sent_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["person", "-created_at"],
                name="notification_unseen",
                condition=models.Q(seen_at__isnull=True, dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tells} {self.deadline_id}"
