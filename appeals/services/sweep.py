"""All that time alone brings about, for the minute's task and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.services.imports import fail_dead_imports
from aftersales.services.sweep import sweep_deadlines
from appeals.services.filing import expire_appeals
from appeals.services.packets import fail_lost_packets

if TYPE_CHECKING:
    from datetime import datetime


def sweep_all(*, now: datetime) -> dict[str, int]:
    """Record what fell due, drafts whose window closed, packets and imports whose worker died. Returns how many."""
    return {
        **sweep_deadlines(now=now),
        "expired_appeals": expire_appeals(now=now),
        "lost_packets": fail_lost_packets(now=now),
        "dead_imports": fail_dead_imports(now=now),
    }
