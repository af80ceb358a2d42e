"""What the worker does."""

from __future__ import annotations

from django.utils import timezone
from django_q.tasks import async_task

from aftersales.enums import ImportState
from aftersales.services import imports, sending


def run_import(job_id: str) -> str:
    """Take an import's rows in; a long one goes on in another task, so that others have their turn."""
    job = imports.run_import(job_id=job_id, now=timezone.now())
    if job.state == ImportState.RUNNING:
        async_task(imports.TASK, job_id)
    return job.state


def fail_dead_imports() -> int:
    return imports.fail_dead_imports(now=timezone.now())


def send_reminders() -> dict[str, int]:
    """Queued by the minute's sweep when something waits; what fails is taken up again by a later one."""
    return sending.send(now=timezone.now())
