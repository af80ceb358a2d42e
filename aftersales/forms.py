"""The forms of the pages; what a transition or a fact needs is read from its pydantic model."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from django import forms
from django.db.models import TextChoices
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.couriers import likely
from aftersales.enums import EventType, Kind
from aftersales.facts import FACTS
from aftersales.models import Shop
from aftersales.models.user import MOST_CASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict
    from django.utils.functional import _StrOrPromise
    from pydantic.fields import FieldInfo

    from aftersales.models import User
    from aftersales.transitions import Transition

LABELS: dict[str, _StrOrPromise] = {
    "amount": _("Amount"),
    "asked_by": _("Asked by"),
    "subject": _("Ticket number"),
    "ruling": _("Ruling"),
    "liable": _("Liable"),
    "reason": _("Reason"),
    "shows": _("What the buyer should show"),
    "offer": _("Offer"),
    "address": _("Return address"),
    "courier": _("Courier"),
    "tracking_no": _("Tracking number"),
    "place": _("Place"),
    "due_at": _("Due at"),
    "party": _("Who must act"),
    "note": _("Note"),
    "opener": _("What came instead of words"),
    "mood": _("What the buyer gives to expect"),
    "rating": _("The buyer's rating"),
}
LONGEST = {"reason": 300, "shows": 300, "address": 300, "note": 1000}  # of the long texts
SHORT_TEXT = 100
NOT_CHOSEN = ("", "—")


class MomentField(forms.DateTimeField):
    """A moment in Beijing time, as the browser's own picker gives it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")


# A line under the number says whose it looks like, as it is typed.
COURIER_HINT = {
    "hx-get": reverse_lazy("courier_hint"),
    "hx-trigger": "input changed delay:400ms",
    "hx-include": "closest form",
    "hx-params": "courier,tracking_no",
    "hx-target": "next [data-courier-hint]",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
    "hx-disabled-elt": "unset",
}


class ParcelForm(forms.Form):
    """A form that may name a parcel: a courier that was left empty is filled in where the number's shape names it."""

    filled_courier = ""

    def clean(self) -> dict[str, Any]:
        super().clean()
        said = self.cleaned_data
        number = said.get("tracking_no")
        courier = likely(number) if number and not said.get("courier") and "courier" in self.fields else None
        if courier is not None:
            self.filled_courier = said["courier"] = courier.name.zh
        return said


class TransitionForm(ParcelForm):
    """A transition's data, a note, and when it happened if that was not now."""

    def __init__(self, rule: Transition, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"id_{rule.name}_%s")
        self.rule = rule
        for name, info in rule.says.model_fields.items():
            self.fields[name] = form_field(name, info)
        self.fields["note"] = forms.CharField(label=LABELS["note"], required=False, max_length=1000)
        self.fields["at"] = MomentField(label=_("Happened at"), required=False, help_text=_("Leave empty for now."))

    def said(self) -> dict[str, Any]:
        """What the transition's model checks: empty fields are left out, so that its defaults hold."""
        own = {name: value for name, value in self.cleaned_data.items() if name not in ("note", "at")}
        return {name: value for name, value in own.items() if value not in ("", None)}


def form_field(name: str, info: FieldInfo) -> forms.Field:
    """The form field for a field of a pydantic model; the model itself checks the value again."""
    kinds = get_args(info.annotation) or (info.annotation,)
    kind = next((one for one in kinds if isinstance(one, type) and one is not type(None)), str)
    known: dict[str, Any] = {"label": LABELS.get(name, name), "required": info.is_required()}
    if issubclass(kind, bool):
        return forms.BooleanField(label=known["label"], required=False)
    if issubclass(kind, TextChoices):
        initial = None if info.is_required() else info.default
        # Nobody's word is put into their mouth: what has no default starts empty.
        choices = [NOT_CHOSEN, *kind.choices] if initial is None else kind.choices
        return forms.ChoiceField(**known, choices=choices, initial=initial)
    if issubclass(kind, Decimal):
        return forms.DecimalField(**known, min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    if issubclass(kind, datetime):
        return MomentField(**known)
    if name in ("courier", "tracking_no"):
        return forms.CharField(**known, max_length=SHORT_TEXT, widget=forms.TextInput(attrs=COURIER_HINT))
    widget = forms.Textarea(attrs={"rows": 2}) if name in LONGEST else None
    return forms.CharField(**known, max_length=LONGEST.get(name, SHORT_TEXT), widget=widget)


# The facts that a person records by hand; couriers and platforms send the others through the API.
BY_HAND = (
    EventType.CASE_NOTED,
    EventType.BUYER_MESSAGED,
    EventType.BUYER_CONTACTED,
    EventType.CHAT_RATED,
    EventType.CHAT_CLOSED,
    EventType.SHIPMENT_SCANNED,
    EventType.SHIPMENT_STALLED,
    EventType.OUT_FOR_DELIVERY,
    EventType.SHIPMENT_SIGNED,
    EventType.RETURN_SHIPPED,
    EventType.RETURN_SIGNED,
    EventType.ADDRESS_REQUESTED,
    EventType.ADDRESS_GIVEN,
    EventType.TICKET_CLOSED,
    EventType.PLATFORM_COUNTDOWN,
)


# What is asked with them, in this order.
ASKED_BY_HAND = ("rating", "opener", "mood", "courier", "tracking_no", "place", "address", "due_at", "note")


class FactForm(ParcelForm):
    """A note, or a fact that changes no state; only the fields that the chosen fact knows are sent on.

    `data-facts` names the facts that know a field: the page hides it for the others.
    """

    type = forms.ChoiceField(label=_("What happened"), choices=[(kind.value, kind.label) for kind in BY_HAND])

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_event_%s")
        for name in ASKED_BY_HAND:
            knowing = {
                kind.value: FACTS[kind].model_fields[name] for kind in BY_HAND if name in FACTS[kind].model_fields
            }
            field = form_field(name, next(iter(knowing.values())))
            field.required = False
            field.widget.attrs["data-facts"] = " ".join(knowing)
            self.fields[name] = field
        self.fields["at"] = MomentField(label=_("Happened at"), required=False, help_text=_("Leave empty for now."))

    def said(self) -> dict[str, Any]:
        known = FACTS[self.cleaned_data["type"]].model_fields
        return {name: value for name, value in self.cleaned_data.items() if name in known and value not in ("", None)}


class MoveForm(forms.Form):
    """Another end for a deadline; `proof` is a piece of the case's evidence that shows the platform's word."""

    due_at = MomentField(label=_("New end"))
    reason = forms.CharField(label=LABELS["reason"], max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    proof = forms.ChoiceField(label=_("Proof that shows it"))

    def __init__(self, *args: Any, proofs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].choices = [("", _("Choose…")), *proofs]  # type: ignore[attr-defined]  # a choice field


class QueueFilterForm(forms.Form):
    """Lives in the address of the queue page."""

    queue = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Case, order, tracking number or product"), "data-key": "/"}
        ),
    )
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    platform = forms.ChoiceField(label=_("Platform"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    assignee = forms.ChoiceField(label=_("Owner"), required=False)
    sort = forms.ChoiceField(
        label=_("Sort"),
        required=False,
        choices=[("urgency", _("By urgency")), ("money", _("By money"))],
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, shops: list[Shop], platforms: list[tuple[str, str]], people: list[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "shop": [("", _("All shops")), *((shop.code, shop.name) for shop in shops)],
            "platform": [("", _("All platforms")), *platforms],
            "assignee": [("", _("All owners")), *((person.username, person.display_name) for person in people)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]  # these three are choice fields


class PeriodForm(forms.Form):
    """The days that a report is about, and of which shop; lives in its address. Without days: the last `days`."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    shop = forms.ChoiceField(label=_("Shop"), required=False)

    def __init__(self, address: QueryDict, *, shops: list[Shop], at: datetime, days: int) -> None:
        asked = address.copy()
        asked.setdefault("since", (at - timedelta(days=days)).date().isoformat())
        asked.setdefault("until", at.date().isoformat())
        super().__init__(asked)
        self.zone = at.tzinfo
        self.fields["shop"].choices = [("", _("All shops")), *((shop.code, shop.name) for shop in shops)]  # type: ignore[attr-defined]  # a choice field

    def read(self) -> dict[str, Any]:
        """`since` (included) and `until` (not included) as moments, `shop` as its code; nothing of a faulty form."""
        read = self.cleaned_data if self.is_valid() else {}
        return {
            "since": self._midnight(read.get("since")),
            "until": self._midnight(read.get("until"), days=1),
            "shop": read.get("shop", ""),
        }

    def _midnight(self, day: date | None, *, days: int = 0) -> datetime | None:
        return datetime.combine(day + timedelta(days=days), time.min, tzinfo=self.zone) if day else None


class ReceptionForm(forms.Form):
    """Whether a person takes new cases and how many they may have.

    It carries what its page showed, so that a page that is old by now sets only what was changed on it.
    """

    takes_cases = forms.BooleanField(label=_("Takes new cases"), required=False, show_hidden_initial=True)
    case_limit = forms.IntegerField(
        label=_("Most open cases"), required=False, min_value=1, max_value=MOST_CASES, show_hidden_initial=True
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: User) -> None:
        shown = {"takes_cases": person.takes_cases, "case_limit": person.case_limit}
        super().__init__(data, initial=shown, auto_id=f"id_{person.pk}_%s")

    def clean_case_limit(self) -> int | None:
        """The page of somebody who may not set it does not have this field."""
        limit: int | None = self.cleaned_data["case_limit"]
        if limit is None and "case_limit" in self.data:
            raise forms.ValidationError(self.fields["case_limit"].error_messages["required"], code="required")
        return limit

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class PolicyForm(forms.Form):
    """A policy pack."""

    file = forms.FileField(label=_("TOML file"), allow_empty_file=True)


class ImportForm(forms.Form):
    """A file of cases for one shop."""

    shop = forms.ModelChoiceField(
        label=_("Shop"), queryset=Shop.objects.none(), to_field_name="code", empty_label=_("Choose…")
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True)
    dry_run = forms.BooleanField(label=_("Dry run: check only, write nothing"), required=False)

    def __init__(self, *args: Any, shops: list[Shop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].queryset = Shop.objects.filter(pk__in=[shop.pk for shop in shops]).order_by("name")  # type: ignore[attr-defined]  # a model choice field
