"""A packet as a page and an API answer show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound, Unprocessable
from aftersales.policy_appeals import Destination
from aftersales.selectors.policies import rule_book
from aftersales.selectors.wording import words
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.packet_files import pictures_of
from appeals.packet_reports import PacketReport, packet_report
from appeals.selectors.dossiers import fresh_packets
from appeals.selectors.rules import pack_of
from evidence.limits import readable_size

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from aftersales.models import ApiToken, User

STATE_TONES: dict[str, str] = {
    PacketState.QUEUED: "accent",
    PacketState.RUNNING: "accent",
    PacketState.DONE: "calm",
    PacketState.FAILED: "overdue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    number: int
    name: str
    size: str
    width: int
    height: int
    is_extra: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketDetail:
    """`percent` is 0 to 100; `error` is words for a person, empty unless the packet failed.

    `pictures` are the files of a set of pictures, empty for a PDF.
    """

    pk: UUID
    profile: str
    name: str
    is_filed: bool
    is_masked: bool
    state_label: str
    state_tone: str
    is_building: bool
    is_outdated: bool
    percent: int
    step: str
    done: int
    total: int
    pages: int
    size: str
    sha256: str
    built_at: datetime | None
    error: str
    report: PacketReport | None
    pictures: list[PictureRow]


def find_packet(pk: UUID, *, user: User, token: ApiToken | None = None) -> Packet:
    """Raises `NotFound` also for a packet of a shop that the reader does not work for."""
    appeals = Appeal.objects.visible_to(user, token)
    packets = Packet.objects.filter(appeal__in=appeals).defer("content").select_related("appeal__case__order")
    packet = packets.filter(pk=pk).first()
    if packet is None:
        raise NotFound(_("There is no such packet among those of your shops."), code="packet_not_found")
    return packet


def destination_of(packet: Packet) -> Destination:
    """What the packet is made for, as the rules said when it was asked for."""
    kept = packet.manifest.get("destination")
    if kept is not None:
        return Destination.model_validate(kept)
    rule = pack_of(packet.appeal, rule_book(packet.appeal.case.shop.platform)).destination_rule(packet.profile)
    if rule is None:
        raise Unprocessable(_("This platform's rules know no such destination of a packet."))
    return rule


def shown_packet(appeal: Appeal) -> Packet | None:
    """What was handed in, or the last that was asked for. The appeal comes from `loaded`."""
    return appeal.filed_packet or next(iter(appeal.packets.all()), None)


def packet_detail(packet: Packet, appeal: Appeal) -> PacketDetail:
    """The appeal comes from `loaded`."""
    return PacketDetail(
        pk=packet.pk,
        profile=packet.profile,
        name=_made_for(packet),
        is_filed=packet.pk == appeal.filed_packet_id,
        is_masked=packet.is_masked,
        state_label=str(PacketState(packet.state).label),
        state_tone=STATE_TONES[packet.state],
        is_building=packet.is_building,
        is_outdated=appeal.is_draft and not packet.is_building and not fresh_packets(appeal, [packet]),
        percent=percent(packet),
        step=gettext(packet.step) if packet.step else "",
        done=packet.done_steps,
        total=packet.total_steps,
        pages=packet.pages,
        size=readable_size(packet.byte_size),
        sha256=packet.sha256,
        built_at=packet.finished_at,
        error=packet.error,
        report=packet_report(packet.manifest),
        pictures=[
            PictureRow(
                number=picture["number"],
                name=picture["name"].rpartition("/")[2],
                size=readable_size(picture["byte_size"]),
                width=picture["width"],
                height=picture["height"],
                is_extra=picture["is_extra"],
            )
            for picture in pictures_of(packet)
        ],
    )


def _made_for(packet: Packet) -> str:
    """The name of its destination, in the reader's language."""
    kept = packet.manifest.get("destination")
    return words(Destination.model_validate(kept).name) if kept else packet.profile


def percent(packet: Packet) -> int:
    if packet.state == PacketState.DONE:
        return 100
    return min(99, 100 * packet.done_steps // packet.total_steps) if packet.total_steps else 0
