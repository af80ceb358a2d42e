"""What the workers do."""

from __future__ import annotations

from django.utils import timezone

from appeals.services.packets import run_packet
from appeals.services.sweep import sweep_all


def build_packet(packet_id: str) -> str:
    """The state that the packet ended in."""
    return run_packet(packet_id=packet_id, clock=timezone.now).state


def sweep() -> dict[str, int]:
    """Once a minute."""
    return sweep_all(now=timezone.now())
