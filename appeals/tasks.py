"""What the workers do."""

from __future__ import annotations

from django.utils import timezone

from aftersales.services.sweep import sweep_deadlines
from appeals.services.filing import expire_appeals
from appeals.services.packets import fail_lost_packets, run_packet


def build_packet(packet_id: str) -> str:
    """The state that the packet ended in."""
    return run_packet(packet_id=packet_id, clock=timezone.now).state


def sweep() -> dict[str, int]:
    """Once a minute: what fell due, drafts whose window closed, packets whose worker died."""
    now = timezone.now()
    return {
        **sweep_deadlines(now=now),
        "expired_appeals": expire_appeals(now=now),
        "lost_packets": fail_lost_packets(now=now),
    }
