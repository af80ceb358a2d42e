"""What a tracking number's shape says, while it is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aftersales.couriers import likely, normalized, odd_shape, suggest

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST = 60
TELLING = 8  # shorter ones are still being typed


@require_GET
def courier_hint(request: HttpRequest) -> HttpResponse:
    """A line under the number's field; a form sends it by the field's own name, `tracking_no`."""
    number = normalized(request.GET.get("number") or request.GET.get("tracking_no", ""))[:LONGEST]
    courier = request.GET.get("courier", "").strip()[:LONGEST]
    context = {"hint": "", "warning": ""}
    if courier:
        context["warning"] = str(odd_shape(number, courier) or "") if len(number) >= TELLING else ""
    else:
        context["hint"] = _hint(number)
    return render(request, "aftersales/_courier_hint.html", context)


def _hint(number: str) -> str:
    alone = likely(number)
    if alone is not None:
        return _("Looks like %(courier)s: filled in unless you name another.") % {"courier": alone.label}
    several = suggest(number)
    if several:
        names = " / ".join(courier.label for courier in several)
        return _("Could be %(couriers)s: name the courier.") % {"couriers": names}
    return _("No shape that the desk knows: compare it with the waybill.") if len(number) >= TELLING else ""
