"""What a bundle's indexes say, from stored facts only and in the words of its reader."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.timezone import localtime

from aftersales.selectors.policies import rule_books
from appeals.bundles.content import BundleContent, BundleLine
from appeals.bundles.names import folder_name
from appeals.enums import AppealState, PacketState
from appeals.models import Appeal, Packet
from appeals.packet_files import pictures_of
from appeals.selectors.appeals import asked_money
from appeals.selectors.bundles import destination_name
from appeals.selectors.parts import cases_of, loaded
from appeals.selectors.rules import pack_of, rule_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from uuid import UUID

    from aftersales.selectors.policies import RuleBook
    from appeals.models import Bundle, BundleEntry


def bundle_content(bundle: Bundle, entries: Sequence[BundleEntry]) -> BundleContent:
    """The entries come from `entries_of`; each is done or failed.

    It is dated by the last fact that it tells, so the same appeals with the same packets give the same indexes.
    """
    appeals = {
        appeal.pk: appeal for appeal in loaded(Appeal.objects.filter(pk__in=[entry.appeal_id for entry in entries]))
    }
    books = rule_books(sorted({appeal.case.shop.platform for appeal in appeals.values()}))
    lines: list[BundleLine] = []
    with translation.override(bundle.language):
        for entry in entries:
            appeal = appeals[entry.appeal_id]
            taken = {line.folder.casefold() for line in lines}
            lines.append(_line(entry, appeal, books[appeal.case.shop.platform], bundle.language, taken))
        return BundleContent(
            destination=destination_name(bundle.profile, books.values()),
            language=bundle.language,
            prepared_at=localtime(_last_fact(list(appeals.values()), entries)),
            lines=tuple(lines),
        )


def _line(entry: BundleEntry, appeal: Appeal, book: RuleBook, language: str, taken: Container[str]) -> BundleLine:
    rule, cases = rule_of(appeal, book), cases_of(appeal)
    ground = next((ground for ground in rule.grounds if ground.code == appeal.ground), None)
    packet = entry.packet if entry.state == PacketState.DONE else None
    pictures = [(one["name"], one["sha256"], one["byte_size"]) for one in pictures_of(packet)] if packet else []
    order = appeal.case.order.platform_order_no
    return BundleLine(
        position=entry.position,
        number=appeal.number,
        type_name=rule.name.in_language(language),
        ground=ground.name.in_language(language) if ground else "",
        platform=pack_of(appeal, book).name.in_language(language),
        shop=appeal.case.shop.name,
        cases=tuple(case.ref for case in cases),
        orders=tuple(case.order.platform_order_no for case in cases),
        money=asked_money(appeal) or None,
        closes_at=appeal.window.due_at if appeal.window else None,
        state=str(AppealState(appeal.state).label),
        folder=folder_name(appeal.number, appeal.case.ref, order, taken=taken) if packet else "",
        pages=packet.pages if packet else 0,
        byte_size=sum(size for _name, _hash, size in pictures) or (packet.byte_size if packet else 0),
        sha256=packet.sha256 if packet and not pictures else "",
        pictures=tuple((name, sha256) for name, sha256, _size in pictures),
        error="" if packet else entry.error,
    )


def _last_fact(appeals: Sequence[Appeal], entries: Sequence[BundleEntry]) -> datetime:
    packets: list[UUID] = [entry.packet_id for entry in entries if entry.packet_id is not None]
    told = Packet.objects.filter(pk__in=packets).values_list("content__prepared_at", flat=True)
    moments = [datetime.fromisoformat(moment) for moment in told if moment]
    changed = [moment for appeal in appeals for moment in (appeal.changed_at, appeal.submitted_at, appeal.ended_at)]
    return max([*moments, *(moment for moment in changed if moment)])
