"""Turn a failure of the desk into a page with its status, once and in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
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
        """A page gets an error page, a script the same JSON as from the API, which it shows as a message."""
        if not isinstance(exception, DeskError):
            return None
        if getattr(request, "htmx", False):
            fields = {name: str(fault) for name, fault in exception.fields.items()}
            answer = {"error": exception.error_code, "message": str(exception), "fields": fields}
            return JsonResponse(answer, status=exception.status)
        return render(request, "errors/desk.html", {"error": exception}, status=exception.status)
