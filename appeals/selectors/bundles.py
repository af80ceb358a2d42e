"""Bundles as a page and an API answer show them, and the appeals that one is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from aftersales.errors import NotFound
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import words
from appeals.enums import PacketState
from appeals.models import Appeal, Bundle, BundleEntry, FurtherCase, Packet
from appeals.permissions import check_bundles
from appeals.selectors.appeals import NUMBER_DIGITS
from appeals.selectors.packets import STATE_TONES, percent
from appeals.selectors.parts import cases_of
from appeals.selectors.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from aftersales.models import ApiToken, User
    from aftersales.selectors.policies import RuleBook

ENDED = (PacketState.DONE, PacketState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRow:
    pk: UUID
    number: str
    state_label: str
    state_tone: str
    has_file: bool
    total: int
    done: int
    failed: int
    byte_size: int
    requested_at: datetime
    requested_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """`error` is words for a person, empty unless it failed."""

    position: int
    appeal_pk: UUID
    number: str
    type_label: str
    case_refs: list[str]
    shop_name: str
    state_label: str
    state_tone: str
    is_done: bool
    pages: int
    byte_size: int
    packet_pk: UUID | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleDetail:
    """`step` says what is being done now; `can_retry`: something of it is left to build."""

    row: BundleRow
    destination: str
    is_building: bool
    percent: int
    step: str
    sha256: str
    finished_at: datetime | None
    error: str
    can_retry: bool
    entries: list[EntryRow]


def bundles_of(user: User, token: ApiToken | None = None) -> QuerySet[Bundle]:
    """The bundles of whose appeals the reader may see every one. Raises `NotAllowed` for who is no lead."""
    check_bundles(user)
    hidden = BundleEntry.objects.filter(bundle=OuterRef("pk")).exclude(
        appeal__in=Appeal.objects.visible_to(user, token)
    )
    return Bundle.objects.filter(~Exists(hidden))


def find_bundle(pk: UUID, *, user: User, token: ApiToken | None = None) -> Bundle:
    """Raises `NotAllowed` for who is no lead, and `NotFound` also where an appeal of it is of a hidden shop."""
    bundle = bundles_of(user, token).select_related("requested_by").filter(pk=pk).first()
    if bundle is None:
        raise NotFound(gettext_lazy("There is no such bundle among those of your shops."), code="bundle_not_found")
    return bundle


def entries_of(bundle: Bundle) -> list[BundleEntry]:
    """In their order, with their appeals' cases and their packets, of which the content stays behind."""
    packets = Packet.objects.defer("content")
    further = FurtherCase.objects.select_related("case").order_by("position", "pk")
    entries = BundleEntry.objects.filter(bundle=bundle).select_related("appeal__case__shop", "appeal__case__order")
    return list(
        entries.prefetch_related(Prefetch("packet", packets), Prefetch("appeal__further_cases", further)).order_by(
            "position", "pk"
        )
    )


def number_of(bundle: Bundle) -> str:
    """What a person calls it by, such as B-1B2C3D4E: the beginning of its id."""
    return f"B-{bundle.pk.hex[:NUMBER_DIGITS].upper()}"


def bundle_percent(bundle: Bundle, entries: Sequence[BundleEntry]) -> int:
    """Of all packets together, the one that is being built included; 100 once the ZIP is there."""
    if bundle.state == PacketState.DONE:
        return 100
    parts = [100 if entry.state in ENDED else percent(entry.packet) if entry.packet else 0 for entry in entries]
    return min(99, sum(parts) // len(parts))


def newest(bundles: QuerySet[Bundle]) -> QuerySet[Bundle]:
    return bundles.select_related("requested_by").order_by("-requested_at", "-pk")


def bundle_rows(bundles: Sequence[Bundle]) -> list[BundleRow]:
    states: dict[UUID, list[str]] = {bundle.pk: [] for bundle in bundles}
    for pk, state in BundleEntry.objects.filter(bundle__in=states).values_list("bundle", "state"):
        states[pk].append(state)
    return [bundle_row(bundle, states[bundle.pk]) for bundle in bundles]


def bundle_row(bundle: Bundle, states: Sequence[str]) -> BundleRow:
    """`states` are those of its entries."""
    return BundleRow(
        pk=bundle.pk,
        number=number_of(bundle),
        state_label=str(PacketState(bundle.state).label),
        state_tone=STATE_TONES[bundle.state],
        has_file=bundle.state == PacketState.DONE,
        total=len(states),
        done=states.count(PacketState.DONE),
        failed=states.count(PacketState.FAILED),
        byte_size=bundle.byte_size,
        requested_at=bundle.requested_at,
        requested_by=bundle.requested_by.display_name if bundle.requested_by else "",
    )


def bundle_detail(bundle: Bundle) -> BundleDetail:
    entries = entries_of(bundle)
    books = rule_books(sorted({entry.appeal.case.shop.platform for entry in entries}))
    row = bundle_row(bundle, [entry.state for entry in entries])
    return BundleDetail(
        row=row,
        destination=destination_name(bundle.profile, books.values()),
        is_building=bundle.is_building,
        percent=bundle_percent(bundle, entries),
        step=_step(bundle, entries),
        sha256=bundle.sha256,
        finished_at=bundle.finished_at,
        error=bundle.error,
        can_retry=can_retry(bundle, row.failed),
        entries=[_entry_row(entry, books[entry.appeal.case.shop.platform]) for entry in entries],
    )


def can_retry(bundle: Bundle, failed: int) -> bool:
    return bundle.state == PacketState.FAILED or (bundle.state == PacketState.DONE and failed > 0)


def _step(bundle: Bundle, entries: Sequence[BundleEntry]) -> str:
    if bundle.state == PacketState.QUEUED:
        return _("Waiting for a worker")
    if bundle.state != PacketState.RUNNING:
        return ""
    now = next((entry for entry in entries if entry.state == PacketState.RUNNING), None)
    if now is None:
        return _("Writing the ZIP") if all(entry.state in ENDED for entry in entries) else ""
    step = gettext(now.packet.step) if now.packet and now.packet.step else ""
    return " · ".join(part for part in (now.appeal.number, step) if part)


def _entry_row(entry: BundleEntry, book: RuleBook) -> EntryRow:
    appeal, packet = entry.appeal, entry.packet if entry.state == PacketState.DONE else None
    return EntryRow(
        position=entry.position,
        appeal_pk=appeal.pk,
        number=appeal.number,
        type_label=words(rule_of(appeal, book).name),
        case_refs=[case.ref for case in cases_of(appeal)],
        shop_name=appeal.case.shop.name,
        state_label=str(PacketState(entry.state).label),
        state_tone=STATE_TONES[entry.state],
        is_done=packet is not None,
        pages=packet.pages if packet else 0,
        byte_size=packet.byte_size if packet else 0,
        packet_pk=packet.pk if packet else None,
        error=entry.error,
    )


def destination_name(profile: str, books: Iterable[RuleBook]) -> str:
    rules = (book.newest.destination_rule(profile) for book in books)
    return next((words(rule.name) for rule in rules if rule is not None), profile)
