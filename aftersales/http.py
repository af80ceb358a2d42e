"""The request as the desk's views meet it: somebody is logged in, and HTMX has been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from aftersales.models import User


class DeskRequest(HttpRequest):
    """Only annotates: `LoginRequiredMiddleware` lets nobody else through."""

    user: User
    htmx: HtmxDetails
