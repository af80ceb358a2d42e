"""The case page, and what is done to one case there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from aftersales.couriers import parcel_warnings
from aftersales.errors import Conflict, DeskError, StaleVersion, Unprocessable
from aftersales.forms import FactForm, TransitionForm
from aftersales.models import Case, User
from aftersales.permissions import can_lead
from aftersales.selectors.case_actions import Action
from aftersales.selectors.case_detail import CaseDetail, case_detail, find_case
from aftersales.selectors.people import people_of
from aftersales.selectors.queue import queue_page
from aftersales.selectors.timeline import timeline
from aftersales.selectors.wording import masked
from aftersales.services.cases import assign_case, note_visit
from aftersales.services.facts import record_fact
from aftersales.services.notifications import see_case
from aftersales.services.transitions import known_transition, take_transition
from aftersales.views.queue import asked_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

    from aftersales.http import DeskRequest

# A refund that was agreed can often not be appealed (rules, part 2B); the reader should know before.
WARNINGS: dict[str, _StrOrPromise] = {
    "agree_refund": _("A refund that you agree to yourself can often not be appealed afterwards."),
    "cancel_shipment": _("Recover the courier's fee as well."),
}
TONES = {"agree_refund": "primary", "inspect_ok": "primary", "submit_evidence": "primary", "reject": "danger"}


@dataclass(slots=True)
class ActionCard:
    """A transition as the page shows it."""

    name: str
    label: _StrOrPromise
    is_allowed: bool
    reason: _StrOrPromise
    tone: str
    form: TransitionForm
    warning: _StrOrPromise
    effects: tuple[str, ...] = ()
    error: _StrOrPromise = ""
    is_open: bool = False


@require_GET
def case(request: DeskRequest, ref: str) -> HttpResponse:
    """The whole page, or its next steps alone: new proof may have opened one."""
    at = timezone.localtime()
    found = find_case(ref, user=request.user)
    context = case_context(request, found, request.GET, at)
    note_visit(case=found, by=request.user, now=at)
    see_case(case=found, by=request.user, now=at)
    is_part = request.htmx and request.htmx.target == "actions"
    return render(request, "aftersales/_actions.html" if is_part else "aftersales/case.html", context)


@require_POST
def case_transition(request: DeskRequest, ref: str, name: str) -> HttpResponse:
    """Take a transition; a refusal gives back the form as it was typed, so that nothing is lost."""
    now = timezone.localtime()
    found = find_case(ref, user=request.user)
    rule = known_transition(found, name)
    form = TransitionForm(rule, request.POST)
    error: DeskError | None = None
    if form.is_valid():
        version = request.POST.get("version", "")
        try:
            after = take_transition(
                case=found,
                name=name,
                by=request.user,
                at=form.cleaned_data["at"] or now,
                now=now,
                version=int(version) if version.isdecimal() else None,
                data=form.said(),
                note=form.cleaned_data["note"],
            )
        except (Conflict, Unprocessable) as refusal:
            error = refusal
        else:
            return _go_on(request, found, after, form, now)
    return _refused(request, found, form, error, now)


def _go_on(request: DeskRequest, before: Case, after: Case, form: TransitionForm, now: datetime) -> HttpResponse:
    """To the case that follows, to the next case of the queue where that was asked for, or back to this one."""
    query = QueryDict(request.POST.get("query", ""))
    messages.success(request, _("Done."))
    _say_of_parcel(request, form)
    target = after.ref
    if request.POST.get("then") == "next" and after.pk == before.pk:
        target = next_ref(before, query, request.user, now) or target
    address = f"{reverse('case', args=[target])}?{query.urlencode()}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _refused(
    request: DeskRequest, found: Case, form: TransitionForm, error: DeskError | None, now: datetime
) -> HttpResponse:
    query = QueryDict(request.POST.get("query", ""))
    context = case_context(request, find_case(found.ref, user=request.user), query, now)
    rest: list[_StrOrPromise] = []
    if error is not None:
        for field, fault in error.fields.items():
            if field in form.fields:
                form.add_error(field, str(fault))
            else:
                rest.append(fault)
        if not error.fields:
            rest.append(error.message)
    name = form.rule.name
    shown = [card for card in context["actions"] if card.name == name]
    if not shown:
        shown = [ActionCard(name, form.rule.label, is_allowed=True, reason="", tone="", form=form, warning="")]
        context["actions"].insert(0, shown[0])
    shown[0].form, shown[0].is_open, shown[0].is_allowed = form, True, True
    shown[0].error = " ".join(str(fault) for fault in rest)
    context["stale"] = isinstance(error, StaleVersion)
    template = "aftersales/_actions.html" if request.htmx else "aftersales/case.html"
    return render(request, template, context, status=error.status if error else 422)


def _say_of_parcel(request: DeskRequest, form: TransitionForm | FactForm) -> None:
    """What the shape of the number that was just recorded says; it was recorded all the same."""
    said = form.said()
    if form.filled_courier and said.get("courier"):
        message = _("The courier was filled in from the number: %(courier)s.") % {"courier": form.filled_courier}
        messages.info(request, message)
    for warning in parcel_warnings(said.get("tracking_no", ""), said.get("courier", "")):
        messages.warning(request, str(warning))


@require_POST
def case_event(request: DeskRequest, ref: str) -> HttpResponse:
    """Record a note or a fact."""
    now = timezone.localtime()
    found = find_case(ref, user=request.user)
    form = FactForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            record_fact(
                case=found,
                event_type=form.cleaned_data["type"],
                at=form.cleaned_data["at"] or now,
                by=request.user,
                now=now,
                data=form.said(),
            )
        except Unprocessable as error:
            for field, fault in (error.fields or {"": error.message}).items():
                form.add_error(field if field in form.fields else None, str(fault))
        else:
            address = reverse("case", args=[found.ref])
            messages.success(request, _("Recorded."))
            _say_of_parcel(request, form)
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context = case_context(request, found, request.GET, now) | {"event_form": form}
    template = "aftersales/_facts.html" if request.htmx else "aftersales/case.html"
    return render(request, template, context, status=status)


@require_POST
def case_assign(request: DeskRequest, ref: str) -> HttpResponse:
    """Give the case to somebody, to oneself, or to nobody."""
    now = timezone.localtime()
    found = find_case(ref, user=request.user)
    person = request.POST.get("user", "")
    to = request.user if request.POST.get("to_me") else None
    if to is None and person.isdecimal():
        to = User.objects.filter(pk=int(person), is_active=True).first()
    problem: _StrOrPromise = ""
    status = 200
    try:
        assign_case(case=found, to=to, by=request.user, now=now)
    except DeskError as error:
        problem, status = error.message, error.status
    if not request.htmx:
        if problem:
            messages.error(request, str(problem))
        return redirect("case", found.ref)
    context = case_context(request, find_case(ref, user=request.user), request.GET, now) | {"assign_error": problem}
    answer = render(request, "aftersales/_assign.html", context, status=422 if problem else status)
    return trigger_client_event(answer, "case-changed")  # the next steps carry the case's version


def case_context(request: DeskRequest, found: Case, query: QueryDict, at: datetime) -> dict[str, Any]:
    detail = case_detail(found, user=request.user, at=at)
    here = query.copy()
    here.pop("cursor", None)
    return {
        "case": detail.head,
        "viewers": detail.viewers,
        "queue_query": here.urlencode(),
        "next_ref": next_ref(found, here, request.user, at),
        "case_url": f"{reverse('case', args=[found.ref])}?{here.urlencode()}",
        "assignees": people_of([found.shop]),
        "event_form": FactForm(),
        "actions": [action_card(action) for action in detail.actions if action.starts_here],
        "hint": detail.head.next_step,
        "stale": False,
        "deadlines": detail.deadlines,
        "can_move": can_lead(request.user),
        "timeline": timeline(detail.events, detail.book.newest),
        "order": _order(detail),
        "parcels": detail.parcels,
        "related": detail.related,
    }


def action_card(action: Action) -> ActionCard:
    return ActionCard(
        name=action.name,
        label=action.rule.label,
        is_allowed=action.is_allowed,
        reason=action.reason,
        tone=TONES.get(action.name, ""),
        form=TransitionForm(action.rule),
        warning=WARNINGS.get(action.name, ""),
        effects=action.effects,
    )


def _order(detail: CaseDetail) -> dict[str, Any]:
    order = detail.case.order
    return {
        "number": order.platform_order_no,
        "buyer_masked": masked(order.buyer),
        "product": order.product,
        "sku": order.sku,
        "quantity": order.quantity,
        "amount": order.amount,
        "paid_at": order.paid_at,
    }


def next_ref(found: Case, query: QueryDict, user: User, at: datetime) -> str | None:
    """The first other case of the queue that the reader came from."""
    page = queue_page(asked_in(query), user=user, at=at)
    return next((case.ref for case in page.cases if case.pk != found.pk), None)
