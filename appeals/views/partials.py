"""Answers to HTMX that bring several parts of the page of an appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from appeals.selectors.appeal_detail import appeal_head, readiness_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.http import DeskRequest
    from appeals.selectors.dossiers import Standing


def checks_context(standing: Standing) -> dict[str, Any]:
    return {
        "appeal": appeal_head(standing),
        "appeal_url": reverse("appeal", args=[standing.appeal.pk]),
        **readiness_context(standing),
    }


def partials(request: DeskRequest, names: Sequence[str], context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The first is what HTMX asked for; the others find their own place by their id."""
    parts = [
        render_to_string(f"appeals/_{name}.html", {**context, "beside": name if place else ""}, request)
        for place, name in enumerate(names)
    ]
    return HttpResponse("\n".join(parts), status=status)
