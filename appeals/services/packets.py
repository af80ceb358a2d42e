"""Ask for a packet, and build it."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.exceptions import TimeoutException

from aftersales.errors import DeskError, Unprocessable
from aftersales.selectors.policies import rule_book
from appeals.enums import PacketState
from appeals.errors import AppealFrozen
from appeals.models import Packet
from appeals.packet_files import key_of
from appeals.packets.destinations import build_for
from appeals.selectors.packet_content import packet_content
from appeals.selectors.packets import destination_of
from appeals.selectors.parts import chosen_pieces
from appeals.selectors.rules import pack_of
from appeals.services.heartbeats import TakenOver, claim, enqueue, recover
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
    from appeals.services.heartbeats import Claim

logger = logging.getLogger(__name__)

PDF = "pdf"  # the destination that every platform's rules know
LANGUAGE = "zh-hans"  # the platforms read Chinese, whatever the desk's reader has chosen
PROGRESS_SECONDS = 0.5
TASK = "appeals.tasks.build_packet"


@transaction.atomic
def request_packet(
    *, appeal: Appeal, by: User | None, now: datetime, profile: str = PDF, masked: bool | None = None
) -> Packet:
    """Ask for a packet and queue its building; asking again while the same is being built gives the same one.

    Raises what `create_packet` raises.
    """
    packet = _packet_of(appeal, by, now, profile, masked)
    same = _same_in_work(packet)
    if same is not None:
        return same
    packet.save(force_insert=True)
    enqueue(packet, task=TASK)
    return packet


@transaction.atomic
def create_packet(
    *, appeal: Appeal, by: User | None, now: datetime, profile: str = PDF, masked: bool | None = None
) -> Packet:
    """A packet that the caller builds at once. Of an appeal that was handed in, it is made of what was handed in.

    `masked` is whether personal data are masked, None for what the destination says. Raises `NotAllowed`,
    `Unprocessable` (unknown profile, nothing to build) and `AppealFrozen` (ended without having been handed in).
    """
    packet = _packet_of(appeal, by, now, profile, masked)
    packet.save(force_insert=True)
    return packet


def _packet_of(appeal: Appeal, by: User | None, now: datetime, profile: str, masked: bool | None) -> Packet:  # noqa: FBT001 - passed on by its two callers
    """Not saved yet; the appeal stays locked until the transaction ends."""
    locked = lock_appeal(appeal.pk, actor=by)
    book = rule_book(locked.case.shop.platform)
    destination = pack_of(locked, book).destination_rule(profile)
    if destination is None:
        message = _("This platform's rules know no such destination of a packet.")
        raise Unprocessable(message, fields={"profile": message})
    packet = Packet(appeal=locked, profile=profile, language=LANGUAGE, requested_by=by, requested_at=now)
    packet.is_masked = destination.masks if masked is None else masked
    # What is built follows the rules as they are now, whatever pack is loaded when it is built again.
    packet.manifest = {"destination": destination.model_dump(mode="json")}
    if locked.is_draft:
        packet.content = dump(packet_content(locked, book, language=LANGUAGE))
        packet.appeal_version = locked.version
        packet.evidence_digest = evidence_digest(piece.item.sha256 for piece in chosen_pieces(locked))
    elif locked.filed_packet is not None:
        filed = locked.filed_packet
        packet.content, packet.appeal_version = filed.content, filed.appeal_version
        packet.evidence_digest = filed.evidence_digest
        if filed.profile == profile and "destination" in filed.manifest:
            packet.manifest = {"destination": filed.manifest["destination"]}
            packet.is_masked = filed.is_masked if masked is None else masked
    else:
        raise AppealFrozen(_("This appeal has ended without having been submitted: there is nothing to build."))
    if not packet.content["pieces"]:
        raise Unprocessable(_("A packet needs proof: choose at least one piece."), code="packet_without_proof")
    return packet


def _same_in_work(packet: Packet) -> Packet | None:
    """The same packet that is already being built."""
    building = Packet.objects.filter(
        appeal=packet.appeal,
        profile=packet.profile,
        is_masked=packet.is_masked,
        appeal_version=packet.appeal_version,
        state__in=[PacketState.QUEUED, PacketState.RUNNING],
    ).order_by("-requested_at")
    asked = (packet.content, packet.manifest)
    return next((other for other in building if (other.content, other.manifest) == asked), None)


def run_packet(*, packet_id: UUID | str, clock: Callable[[], datetime], ticket: int | None = None) -> Packet:
    """Build a packet's file and record how it went; `clock` dates the beats and the end.

    One that is done stays as it is, and so does one that another worker is building: both come back as they are.
    With the ticket of a task, only what was queued with it is built; without, what failed is tried once more. A
    failure is recorded with its message, and raised again where nobody foresaw it.
    """
    packet = Packet.objects.get(pk=packet_id)
    held = claim(Packet, packet.pk, clock=clock, ticket=ticket, step="", done_steps=0)
    if held is not None:
        try:
            with translation.override(packet.language):
                _carry_out(packet, held)
        except TakenOver:
            logger.warning("packet %s: another worker has it by now", packet.pk)
    packet.refresh_from_db()
    return packet


def _carry_out(packet: Packet, held: Claim[Packet]) -> None:
    """Raises TakenOver, and what nobody foresaw."""
    try:
        with held.beating():
            _build(packet, held)
    except TakenOver:
        raise
    except DeskError as error:
        logger.warning("packet %s: %s", packet.pk, error)
        held.fail(str(error), error.error_code)
    except TimeoutException:
        held.fail(gettext("This takes longer than a worker may: choose fewer or smaller pieces."), "took_too_long")
        raise
    except Exception:
        logger.exception("packet %s", packet.pk)
        held.fail(gettext("Something unexpected went wrong: try again, or ask IT."), "unexpected")
        raise


def _build(packet: Packet, held: Claim[Packet]) -> None:
    evidence, store, destination = ContentStore(), PacketStore(), destination_of(packet)
    with ExitStack() as stack:
        takes_all = destination.form == "archive"
        kept = keys(packet.content, with_sources=takes_all)
        paths = [stack.enter_context(evidence.local_path(key)) for key in kept]
        folder = stack.enter_context(store.workplace(str(packet.pk)))
        output = folder / "packet"
        content = load(packet.content, paths, with_sources=takes_all, is_masked=packet.is_masked)
        result = build_for(destination, content, output=output, work_dir=folder, progress=_progress(held))
        # Only who still holds the packet puts the file in place, and nobody takes it over meanwhile.
        with held.ending() as row:
            store.keep(output, key_of(row))
            row.key, row.pages, row.byte_size = key_of(row), result.pages, result.byte_size
            row.sha256, row.manifest = result.sha256, {**row.manifest, **result.manifest}
            row.done_steps, row.state, row.finished_at = row.total_steps, PacketState.DONE, held.clock()


def _progress(held: Claim[Packet]) -> Callable[[int, int, str], None]:
    """Writes the progress to the row, the first and last of it and else at most every half second."""
    written_at = float("-inf")

    def write(done: int, total: int, step: str) -> None:
        nonlocal written_at
        now = time.monotonic()
        if now - written_at >= PROGRESS_SECONDS or done == total:
            written_at = now
            held.beat(done_steps=done, total_steps=total, step=step)

    return write


def recover_packets(*, now: datetime) -> int:
    """Take up again, or record as failed, what was lost with its worker. Returns how many."""
    recovered = recover(Packet, task=TASK, now=now)
    for pk in recovered.given_up:
        PacketStore().clear(str(pk))
    return len(recovered.again) + len(recovered.given_up)
