"""The packets of a bundle, one after the other: each ends done or failed, and none stops the others."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django_q.exceptions import TimeoutException

from aftersales.errors import DeskError
from aftersales.selectors.policies import rule_book
from appeals.enums import PacketState
from appeals.errors import PacketFileMissing
from appeals.models import BundleEntry, Packet
from appeals.selectors.bundle_choices import packet_in_place
from appeals.selectors.bundles import ENDED, entries_of
from appeals.services.heartbeats import TakenOver
from appeals.services.locks import lock_appeal
from appeals.services.packets import create_packet, run_packet
from appeals.storage import PacketStore

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from appeals.models import Bundle
    from appeals.services.heartbeats import Claim

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5


def build_entries(bundle: Bundle, held: Claim[Bundle], *, give_way_at: float) -> bool:
    """Whether all have ended; False where it is time to give way.

    What a lost worker left begun comes last, with a turn of its own: should it be what killed the worker, the others
    are done by then. Raises TakenOver.
    """
    left = [entry for entry in entries_of(bundle) if entry.state not in ENDED]
    left.sort(key=lambda entry: entry.state == PacketState.RUNNING)
    for number, entry in enumerate(left):
        if number and (entry.state == PacketState.RUNNING or time.monotonic() >= give_way_at):
            return False
        if not _build_entry(entry, bundle, held, give_way_at):
            return False
    return not left or time.monotonic() < give_way_at


def _build_entry(entry: BundleEntry, bundle: Bundle, held: Claim[Bundle], give_way_at: float) -> bool:
    """Whether it has ended. Raises TakenOver."""
    try:
        packet = entry.packet or _place(entry, bundle, held)
        record_entry(held, entry, PacketState.RUNNING, packet=packet)
        while packet.is_building:
            packet = run_packet(packet_id=packet.pk, clock=held.clock)
            if packet.is_building:  # another worker has it
                if time.monotonic() >= give_way_at:
                    return False
                held.beat()
                time.sleep(POLL_SECONDS)
        record_entry(held, entry, packet.state, packet=packet, error=packet.error, code=packet.error_code)
    except TakenOver:
        raise
    except DeskError as error:
        record_entry(held, entry, PacketState.FAILED, error=str(error), code=error.error_code)
    except TimeoutException:
        message = gettext("This takes longer than a worker may: choose fewer or smaller pieces.")
        record_entry(held, entry, PacketState.FAILED, error=message, code="took_too_long")
    except Exception:
        logger.exception("bundle %s: %s", bundle.pk, entry.appeal.number)
        message = gettext("Something unexpected went wrong: try again, or ask IT.")
        record_entry(held, entry, PacketState.FAILED, error=message, code="unexpected")
    return True


def record_entry(
    held: Claim[Bundle],
    entry: BundleEntry,
    state: str,
    *,
    packet: Packet | None = None,
    error: str = "",
    code: str = "",
) -> None:
    """Raises TakenOver where the bundle is another worker's by now."""
    with transaction.atomic():
        held.beat()
        entry.state, entry.packet, entry.error, entry.error_code = state, packet, error[:500], code[:60]
        entry.save(update_fields=["state", "packet", "error", "error_code"])


def _place(entry: BundleEntry, bundle: Bundle, held: Claim[Bundle]) -> Packet:
    """One that is there already, else a new one of the appeal as it is now. Raises what `create_packet` raises."""
    damaged: set[UUID] = set()
    while True:
        packet = _choose(entry, bundle, held, damaged)
        if packet.state != PacketState.DONE or _is_whole(packet):
            return packet
        logger.warning("packet %s: its file is gone or altered, it is built again", packet.pk)
        damaged.add(packet.pk)


@transaction.atomic
def _choose(entry: BundleEntry, bundle: Bundle, held: Claim[Bundle], damaged: Collection[UUID]) -> Packet:
    """Under the appeal's lock: nobody else begins the same packet meanwhile."""
    appeal, profile = lock_appeal(entry.appeal_id, actor=bundle.requested_by), bundle.profile
    there = packet_in_place(appeal, profile, rule_book(appeal.case.shop.platform), without=damaged)
    return there or create_packet(appeal=appeal, by=bundle.requested_by, now=held.clock(), profile=profile)


def _is_whole(packet: Packet) -> bool:
    """Whether the store still holds the file that was built."""
    digest = hashlib.sha256()
    try:
        with PacketStore().open(packet.key) as file:
            for chunk in file.chunks():
                digest.update(chunk)
    except PacketFileMissing:
        return False
    return digest.hexdigest() == packet.sha256
