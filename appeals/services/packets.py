"""Ask for a packet, and build it."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from aftersales.errors import DeskError, Unprocessable
from aftersales.selectors.policies import rule_book
from appeals.enums import PacketState, Profile
from appeals.errors import AppealFrozen
from appeals.models import Packet
from appeals.packets.build import PacketResult, build_packet
from appeals.selectors.dossiers import chosen_pieces
from appeals.selectors.packet_content import packet_content
from appeals.services.locks import lock_appeal
from appeals.snapshots import dump, evidence_digest, keys, load
from appeals.storage import PacketStore
from evidence.storage import ContentStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from aftersales.models import User
    from appeals.models import Appeal

logger = logging.getLogger(__name__)

LANGUAGE = "zh-hans"  # the platforms read Chinese, whatever the desk's reader has chosen
PROGRESS_SECONDS = 0.5
TASK = "appeals.tasks.build_packet"
# A task is tried three times, 20 minutes apart (Q_CLUSTER): what is not done by then was lost with its worker.
LOST_AFTER = timedelta(hours=2)
_SHOWN = ["state", "step", "done_steps", "total_steps", "error", "error_code", "finished_at"]


@transaction.atomic
def request_packet(*, appeal: Appeal, by: User | None, now: datetime, profile: str = Profile.PDF) -> Packet:
    """Ask for a packet and queue its building; asking again while the same is being built gives the same one.

    Raises what `create_packet` raises.
    """
    packet = _packet_of(appeal, by, now, profile)
    same = _same_in_work(packet, now)
    if same is not None:
        return same
    packet.save(force_insert=True)
    transaction.on_commit(lambda: async_task(TASK, str(packet.pk), task_name=f"packet {packet.pk}"))
    return packet


@transaction.atomic
def create_packet(*, appeal: Appeal, by: User | None, now: datetime, profile: str = Profile.PDF) -> Packet:
    """A packet that the caller builds. Of an appeal that was handed in, it is made of what was handed in.

    Raises `NotAllowed`, `Unprocessable` (unknown profile) and `AppealFrozen` (ended without having been handed in).
    """
    packet = _packet_of(appeal, by, now, profile)
    packet.save(force_insert=True)
    return packet


def _packet_of(appeal: Appeal, by: User | None, now: datetime, profile: str) -> Packet:
    """Not saved yet; the appeal stays locked until the transaction ends."""
    if profile not in Profile.values:
        message = _("There is no such profile.")
        raise Unprocessable(message, fields={"profile": message})
    locked = lock_appeal(appeal.pk, actor=by)
    packet = Packet(appeal=locked, profile=profile, language=LANGUAGE, requested_by=by, requested_at=now)
    if locked.is_draft:
        packet.content = dump(packet_content(locked, rule_book(locked.case.shop.platform), language=LANGUAGE))
        packet.appeal_version = locked.version
        packet.evidence_digest = evidence_digest(piece.item.sha256 for piece in chosen_pieces(locked))
    elif locked.filed_packet is not None:
        filed = locked.filed_packet
        packet.content, packet.appeal_version = filed.content, filed.appeal_version
        packet.evidence_digest = filed.evidence_digest
    else:
        raise AppealFrozen(_("This appeal has ended without having been submitted: there is nothing to build."))
    return packet


def _same_in_work(packet: Packet, now: datetime) -> Packet | None:
    """The same packet that is already being built; one that was lost with its worker does not count."""
    building = Packet.objects.filter(
        appeal=packet.appeal,
        profile=packet.profile,
        appeal_version=packet.appeal_version,
        state__in=[PacketState.QUEUED, PacketState.RUNNING],
        requested_at__gt=now - LOST_AFTER,
    ).order_by("-requested_at")
    return next((other for other in building if other.content == packet.content), None)


def run_packet(*, packet_id: UUID | str, clock: Callable[[], datetime]) -> Packet:
    """Build a packet's file and record how it went; `clock` dates the end.

    A packet that was left half done is built again; one that is done stays as it is. A failure is recorded with
    its message, and raised again where nobody foresaw it.
    """
    packet = Packet.objects.get(pk=packet_id)
    if packet.state == PacketState.DONE:
        return packet
    _note(packet, PacketState.RUNNING, step="", done_steps=0, error="", error_code="", finished_at=None)
    with translation.override(packet.language):
        try:
            result = _build(packet)
        except DeskError as error:
            logger.warning("packet %s: %s", packet.pk, error)
            _fail(packet, str(error), error.error_code, clock())
            return packet
        except Exception:
            logger.exception("packet %s", packet.pk)
            _fail(packet, gettext("Something unexpected went wrong: try again, or ask IT."), "unexpected", clock())
            raise
    packet.key, packet.pages, packet.byte_size = key_of(packet), result.pages, result.byte_size
    packet.sha256, packet.manifest, packet.finished_at = result.sha256, result.manifest, clock()
    packet.done_steps, packet.state = packet.total_steps, PacketState.DONE
    packet.save()
    return packet


def key_of(packet: Packet) -> str:
    return f"{packet.pk}.pdf"


def _build(packet: Packet) -> PacketResult:
    evidence, store = ContentStore(), PacketStore()
    with ExitStack() as stack:
        paths = [stack.enter_context(evidence.local_path(key)) for key in keys(packet.content)]
        folder = stack.enter_context(store.workplace(str(packet.pk)))
        output = folder / "packet.pdf"
        content = load(packet.content, paths)
        result = build_packet(content, output=output, work_dir=folder, progress=_progress(packet))
        store.keep(output, key_of(packet))
    return result


def _progress(packet: Packet) -> Callable[[int, int, str], None]:
    """Writes the progress to the row, at most every half second."""
    written_at = float("-inf")

    def write(done: int, total: int, step: str) -> None:
        nonlocal written_at
        packet.done_steps, packet.total_steps, packet.step = done, total, step
        now = time.monotonic()
        if now - written_at >= PROGRESS_SECONDS:
            written_at = now
            packet.save(update_fields=["done_steps", "total_steps", "step"])

    return write


def _note(packet: Packet, state: PacketState, **shown: Any) -> None:
    packet.state = state
    for name, value in shown.items():
        setattr(packet, name, value)
    packet.save(update_fields=_SHOWN)


def _fail(packet: Packet, message: str, code: str, now: datetime) -> None:
    _note(packet, PacketState.FAILED, error=message[:500], error_code=code, finished_at=now)


def fail_lost_packets(*, now: datetime) -> int:
    """Record as failed what was lost with its worker, so that nobody waits for it. Returns how many."""
    building = Packet.objects.filter(state__in=[PacketState.QUEUED, PacketState.RUNNING])
    lost = building.filter(requested_at__lt=now - LOST_AFTER).defer("content")
    for packet in lost:
        with translation.override(packet.language):
            _fail(packet, gettext("The building was interrupted: build it again."), "lost", now)
    return len(lost)
