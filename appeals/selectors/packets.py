"""A packet as a page and an API answer show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.selectors.dossiers import fresh_packets

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
class PacketDetail:
    """`percent` is 0 to 100; `error` is words for a person, empty unless the packet failed."""

    pk: UUID
    state_label: str
    state_tone: str
    is_building: bool
    is_outdated: bool
    percent: int
    step: str
    done: int
    total: int
    pages: int
    byte_size: int
    sha256: str
    built_at: datetime | None
    error: str
    warnings: list[str]


def find_packet(pk: UUID, *, user: User, token: ApiToken | None = None) -> Packet:
    """Raises `NotFound` also for a packet of a shop that the reader does not work for."""
    appeals = Appeal.objects.visible_to(user, token)
    packets = Packet.objects.filter(appeal__in=appeals).defer("content").select_related("appeal__case__order")
    packet = packets.filter(pk=pk).first()
    if packet is None:
        raise NotFound(_("There is no such packet among those of your shops."), code="packet_not_found")
    return packet


def shown_packet(appeal: Appeal) -> Packet | None:
    """What was handed in, or the last that was asked for. The appeal comes from `loaded`."""
    return appeal.filed_packet or next(iter(appeal.packets.all()), None)


def packet_detail(packet: Packet, appeal: Appeal) -> PacketDetail:
    """The appeal comes from `loaded`."""
    manifest: dict[str, Any] = packet.manifest
    return PacketDetail(
        pk=packet.pk,
        state_label=str(PacketState(packet.state).label),
        state_tone=STATE_TONES[packet.state],
        is_building=packet.is_building,
        is_outdated=appeal.is_draft and not packet.is_building and not fresh_packets(appeal, [packet]),
        percent=percent(packet),
        step=gettext(packet.step) if packet.step else "",
        done=packet.done_steps,
        total=packet.total_steps,
        pages=packet.pages,
        byte_size=packet.byte_size,
        sha256=packet.sha256,
        built_at=packet.finished_at,
        error=packet.error,
        warnings=[str(warning) for warning in manifest.get("warnings", [])],
    )


def percent(packet: Packet) -> int:
    if packet.state == PacketState.DONE:
        return 100
    return min(99, 100 * packet.done_steps // packet.total_steps) if packet.total_steps else 0
