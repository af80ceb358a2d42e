"""The forms of the pages."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import Unprocessable
from aftersales.forms import MomentField
from appeals.claims import Claim, DraftChange, PieceChoice
from appeals.enums import ItemKind, ItemOutcome
from appeals.services.filing import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from appeals.models import AppealItem

MOST_PIECES = 200
LAST = 10_000
LONGEST_REFS = 5_000


def read_draft(posted: QueryDict) -> DraftChange:
    """The whole draft as its page posts it: parts that are not ticked are not meant.

    Raises `Unprocessable` with the field that cannot be read.
    """
    chosen = [_identity(value) for value in posted.getlist("pieces")[:MOST_PIECES]]
    order = sorted(chosen, key=lambda item: (_position(posted, item), chosen.index(item)))
    return DraftChange(
        ground=posted.get("ground", ""),
        statement=posted.get("statement", ""),
        items=tuple(Claim(kind, _amount(posted, kind)) for kind in dict.fromkeys(posted.getlist("items"))),
        pieces=tuple(PieceChoice(item, posted.get(f"caption_{item}", "")) for item in dict.fromkeys(order)),
    )


def read_version(posted: QueryDict) -> int | None:
    """The version that the page showed; None where it does not say."""
    version = posted.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < len(str(LAST**2)) else None


def read_refs(posted: QueryDict) -> list[str]:
    """Numbers of cases or orders, parted by white space or commas, each once."""
    text = posted.get("refs", "")[:LONGEST_REFS].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return list(dict.fromkeys(text.replace(",", " ").replace("，", " ").replace("、", " ").split()))


def _identity(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        message = _("A piece of proof was withdrawn, or is not of this case: reload the page.")
        raise Unprocessable(message, fields={"pieces": message}) from error


def _position(posted: QueryDict, item: UUID) -> int:
    position = posted.get(f"position_{item}", "")
    return (
        min(int(position), LAST)
        if position.isascii() and position.isdigit() and len(position) <= len(str(LAST))
        else LAST
    )


def _amount(posted: QueryDict, kind: str) -> Decimal | None:
    if kind == ItemKind.LIABILITY:
        return None
    text = posted.get(f"amount_{kind}", "").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        message = _("Give a number, such as 12.50.")
        raise Unprocessable(message, fields={f"amount_{kind}": message}) from error


class OutcomeForm(forms.Form):
    """How the platform decided, item by item (PD-25: all of them)."""

    def __init__(self, items: Iterable[AppealItem], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "outcome_%s", **kwargs})
        self.kinds = [item.kind for item in items]
        for item in items:
            label = str(ItemKind(item.kind).label)
            self.fields[f"outcome_{item.kind}"] = _outcome_field(label)
            if item.kind != ItemKind.LIABILITY:
                self.fields[f"amount_won_{item.kind}"] = forms.DecimalField(
                    label=_("%(item)s won, yuan") % {"item": label}, required=False, max_digits=12, decimal_places=2
                )
        if not self.kinds:
            self.fields["outcome_"] = _outcome_field(_("Result"))
        self.fields["at"] = MomentField(
            label=gettext_lazy("Decided at"), required=False, help_text=gettext_lazy("Leave empty for now.")
        )
        self.fields["platform_appeal_no"] = forms.CharField(
            label=gettext_lazy("Platform's appeal number"), required=False, max_length=64
        )

    def results(self) -> Mapping[str, Result]:
        """By the item's kind; for an appeal without items, under an empty one."""
        read = self.cleaned_data
        return {kind: Result(read[f"outcome_{kind}"], read.get(f"amount_won_{kind}")) for kind in self.kinds or [""]}


def _outcome_field(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=ItemOutcome.choices, widget=forms.RadioSelect)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), required=False, max_length=300)
