"""Appeals: windows, readiness, packets."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

SWEEP = "sweep_deadlines"


def keep_schedule(using: str, **_signal: Any) -> None:
    """The sweep runs every minute from the first migration on; a change made in the admin stays."""
    from django_q.models import Schedule  # noqa: PLC0415 - models load after the apps

    Schedule.objects.using(using).get_or_create(
        name=SWEEP, defaults={"func": "appeals.tasks.sweep", "schedule_type": Schedule.MINUTES, "minutes": 1}
    )


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        post_migrate.connect(keep_schedule, sender=self, dispatch_uid="keep_sweep_schedule")
