"""What the workers do."""

from __future__ import annotations

from django.utils import timezone

from appeals.services.bundles import run_bundle
from appeals.services.packets import run_packet
from appeals.services.sweep import sweep_all


def build_packet(packet_id: str, ticket: int | None = None) -> str:
    """The state that the packet is in afterwards."""
    return run_packet(packet_id=packet_id, clock=timezone.now, ticket=ticket).state


def build_bundle(bundle_id: str, ticket: int | None = None) -> str:
    """The state that the bundle is in afterwards: queued where it goes on in another task."""
    return run_bundle(bundle_id=bundle_id, clock=timezone.now, ticket=ticket).state


def sweep() -> dict[str, int]:
    """Once a minute."""
    return sweep_all(now=timezone.now())
