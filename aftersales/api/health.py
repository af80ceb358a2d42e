"""Whether the desk works, for whoever watches over it."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status

from aftersales.api_support import Moment
from aftersales.selectors.health import health

router = Router()


class HealthAnswer(Schema):
    """`degraded`: pages work, but no worker does; `waiting_tasks` counts what no worker has taken yet."""

    status: Literal["ok", "degraded", "down"]
    has_database: bool
    has_worker: bool
    waiting_tasks: int
    worker_seen_at: Moment | None
    swept_at: Moment | None


@router.get("/health", response={200: HealthAnswer, 503: HealthAnswer}, auth=None, summary=gettext_noop("Health"))
def get_health(request: HttpRequest) -> Status[dict[str, object]]:
    """Needs no token. 503 when the database does not answer."""
    found = health(at=timezone.now())
    status = "down" if not found.has_database else "ok" if found.has_worker else "degraded"
    answer = {name: getattr(found, name) for name in HealthAnswer.model_fields if name != "status"}
    return Status(200 if found.has_database else 503, {"status": status, **answer})
