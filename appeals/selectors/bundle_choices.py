"""What a bundle is asked for: its appeals, what it is made for, and the packets that are there already."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales.errors import NotFound
from aftersales.models import Shop
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import words
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.selectors.appeals import NUMBER_DIGITS
from appeals.selectors.dossiers import fresh_packets
from appeals.selectors.parts import loaded
from appeals.selectors.rules import pack_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from aftersales.models import ApiToken, User
    from aftersales.selectors.policies import RuleBook


def find_appeals(refs: Sequence[str], *, user: User | None = None, token: ApiToken | None = None) -> list[Appeal]:
    """The appeals by id or by number in the order asked for, in a fixed number of queries; without a user, of any shop.

    Raises `NotFound`, which names those that are unknown, of a shop that the reader does not work for, or of a number
    that two appeals share.
    """
    spans = {ref: _span(ref) for ref in refs}
    wanted = Q(pk__in=[])
    for first, last in {span for span in spans.values() if span is not None}:
        wanted |= Q(pk__range=(first, last))
    found = list(
        loaded((Appeal.objects.all() if user is None else Appeal.objects.visible_to(user, token)).filter(wanted))
    )
    appeals, unknown = [], []
    for ref in refs:
        span = spans[ref]
        fitting = [appeal for appeal in found if span and span[0] <= appeal.pk <= span[1]]
        if len(fitting) == 1:
            appeals += fitting
        else:
            unknown.append(" ".join(ref.split())[:40])
    if unknown:
        message = _("There is no such appeal among those of your shops: %(refs)s") % {"refs": ", ".join(unknown[:10])}
        raise NotFound(message, code="appeal_not_found", fields={"appeals": message})
    return appeals


def _span(ref: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that a number or an id can mean; None where it is neither."""
    start = ref.strip().upper().removeprefix("A-").replace("-", "")
    if len(start) not in (NUMBER_DIGITS, 32) or not all(digit in "0123456789ABCDEF" for digit in start):
        return None
    return UUID(start.ljust(32, "0")), UUID(start.ljust(32, "F"))


def packet_in_place(appeal: Appeal, profile: str, book: RuleBook, *, without: Container[UUID] = ()) -> Packet | None:
    """The packet that need not be built again: what was handed in, or what says what the appeal says now.

    One that is being built counts as well. The appeal comes from `loaded`.
    """
    destination = pack_of(appeal, book).destination_rule(profile)
    if destination is None:
        return None
    filed = appeal.filed_packet
    if filed is not None and filed.profile == profile and filed.pk not in without:
        return filed
    fresh = fresh_packets(appeal, appeal.packets.all())
    if filed is not None:
        as_filed = (filed.appeal_version, filed.evidence_digest)
        fresh = [one for one in appeal.packets.all() if (one.appeal_version, one.evidence_digest) == as_filed]
    takes = destination.model_dump(mode="json")
    asked = (profile, destination.masks, takes)
    fitting = [
        packet
        for packet in fresh
        if packet.pk not in without
        and (packet.profile, packet.is_masked, packet.manifest.get("destination", takes)) == asked
    ]
    done = (packet for packet in fitting if packet.state == PacketState.DONE)
    return next(done, None) or next((packet for packet in fitting if packet.is_building), None)


def destinations_for(user: User) -> list[tuple[str, str]]:
    """Code and name of what the platforms of the person's shops take, each once."""
    shops = Shop.objects.all() if user.is_superuser else user.shops.all()
    platforms = sorted(set(shops.values_list("platform", flat=True)))
    known = {rule.code: words(rule.name) for book in rule_books(platforms).values() for rule in book.newest.destination}
    return list(known.items())
