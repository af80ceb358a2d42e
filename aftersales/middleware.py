"""Turn a failure of the desk into a page with its status, once and in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from aftersales.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


class DeskErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page gets an error page, a partial update a message that its place can show."""
        if not isinstance(exception, DeskError):
            return None
        if getattr(request, "htmx", False):
            return render(request, "components/_error.html", {"error": exception}, status=exception.status)
        messages.error(request, str(exception))
        return render(request, "errors/desk.html", {"error": exception}, status=exception.status)
