"""All that time alone brings about, for the minute's task and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django_q.tasks import async_task

from aftersales.services import sending
from aftersales.services.imports import fail_dead_imports
from aftersales.services.reception import hand_out
from aftersales.services.reminders import remind
from aftersales.services.stalls import record_stalls
from aftersales.services.sweep import sweep_deadlines
from appeals.services.bundles import recover_bundles
from appeals.services.filing import expire_appeals
from appeals.services.packets import recover_packets

if TYPE_CHECKING:
    from datetime import datetime


def sweep_all(*, now: datetime) -> dict[str, int]:
    """Record stalled parcels, what fell due, drafts too late; hand out cases; take up what a lost worker left.

    Returns how many of each. Whom to tell of a deadline is written down here; a task of its own tells them.
    """
    counts = {
        "stalled": record_stalls(now=now),
        **sweep_deadlines(now=now),
        **hand_out(now=now),  # what was missed before was nobody's; reminders reach the new owner
        **remind(now=now),
        "expired_appeals": expire_appeals(now=now),
        "lost_packets": recover_packets(now=now),
        "lost_bundles": recover_bundles(now=now),
        "dead_imports": fail_dead_imports(now=now),
    }
    if sending.waits(now=now):
        transaction.on_commit(lambda: async_task(sending.TASK, task_name="reminders"))
    return counts
