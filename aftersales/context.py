"""What every page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpRequest


def desk(_request: HttpRequest) -> dict[str, Any]:
    """The server's moment, by which countdowns run."""
    return {"server_now": timezone.now()}
