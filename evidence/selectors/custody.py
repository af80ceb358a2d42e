"""Where a piece comes from, step by step back to the first original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evidence.derivations import recorded
from evidence.enums import Origin
from evidence.limits import MINUTE
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

SHORT = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One file of the chain. `done` says what was done to the next one for it; empty for what somebody sent."""

    pk: UUID
    name: str
    sha256: str
    added_by: str
    added_at: datetime
    origin: _StrOrPromise
    done: str
    withdrawn: str

    @property
    def short(self) -> str:
        """As the pages of a packet name it."""
        return self.sha256[:SHORT]


@dataclass(frozen=True, slots=True)
class Custody:
    """`steps` begins with the piece itself and ends with what somebody sent."""

    steps: list[Step]

    @property
    def made_from(self) -> _StrOrPromise:
        """In one sentence; empty for what somebody sent."""
        if len(self.steps) == 1:
            return ""
        piece, original = self.steps[:2]
        return format_lazy(_("made from {name} by {steps}"), name=original.name, steps=piece.done)


def custody_of(item: EvidenceItem, items: Mapping[UUID, EvidenceItem]) -> Custody:
    """`items` are those of the case, by id, with who added them."""
    chain = [item]
    while (before := chain[-1].derived_from_id) is not None:
        chain.append(items[before])
    return Custody([_step(one) for one in chain])


def custody_in_case(item: EvidenceItem) -> Custody:
    """As `custody_of`, for a page about one piece."""
    items = EvidenceItem.objects.filter(case_id=item.case_id, slot=item.slot).select_related("added_by")
    return custody_of(item, items.in_bulk())


def film_length(duration_ms: int | None) -> str:
    """m:ss; empty for what is no film."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(duration_ms // 1000, MINUTE)
    return f"{minutes}:{seconds:02d}"


def _step(item: EvidenceItem) -> Step:
    return Step(
        pk=item.pk,
        name=item.original_name,
        sha256=item.sha256,
        added_by=item.added_by.display_name,
        added_at=item.added_at,
        origin=Origin(item.origin).label,
        done=" / ".join(str(step) for step in recorded(item.derivation).steps()) if item.derivation else "",
        withdrawn=item.withdrawn_reason,
    )
