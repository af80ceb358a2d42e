"""Ask for many packets at once, build them one by one, put them into one ZIP; try again what failed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.exceptions import TimeoutException

from aftersales.errors import Conflict, NotFound, Unprocessable
from aftersales.permissions import check_shop
from aftersales.selectors.policies import rule_books
from appeals.bundle_files import key_of
from appeals.enums import PacketState
from appeals.models import Appeal, Bundle, BundleEntry
from appeals.permissions import check_bundles
from appeals.selectors.bundles import can_retry
from appeals.selectors.rules import pack_of
from appeals.services.bundle_entries import build_entries
from appeals.services.bundle_zip import write_bundle
from appeals.services.heartbeats import MOST_TRIES, TakenOver, claim, enqueue, recover, try_again
from appeals.services.packets import PDF
from appeals.storage import PacketStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from aftersales.models import User
    from appeals.services.heartbeats import Claim

logger = logging.getLogger(__name__)

TASK = "appeals.tasks.build_bundle"
MOST = 200
# A task gives way and goes on later: the queue ends tasks that run too long, and one packet may take most of that time.
SLICE_SECONDS = 120.0


@transaction.atomic
def request_bundle(*, appeals: Sequence[Appeal], by: User, now: datetime, profile: str = PDF, language: str) -> Bundle:
    """Ask for a bundle and queue its building; asking again while the same is being built gives the same one.

    The appeals come from `find_appeals`. Raises `NotAllowed`, and `Unprocessable` for none, too many, one twice, or a
    destination that none of their platforms knows.
    """
    _check_list(appeals)
    # Whoever asks for the same list waits here, and then finds it.
    Appeal.objects.select_for_update().filter(pk=min(appeal.pk for appeal in appeals)).first()
    same = _same_in_work(appeals, profile, language)
    if same is not None:
        _check_person(by, appeals)
        return same
    bundle = create_bundle(appeals=appeals, by=by, now=now, profile=profile, language=language)
    enqueue(bundle, task=TASK)
    return bundle


@transaction.atomic
def create_bundle(
    *, appeals: Sequence[Appeal], by: User | None, now: datetime, profile: str = PDF, language: str
) -> Bundle:
    """A bundle that the caller builds at once. Raises what `request_bundle` raises."""
    _check_list(appeals)
    if by is not None:
        _check_person(by, appeals)
    _check_destination(appeals, profile)
    bundle = Bundle(requested_by=by, requested_at=now, profile=profile, language=language)
    bundle.key = key_of(bundle)
    bundle.save(force_insert=True)
    BundleEntry.objects.bulk_create(
        BundleEntry(bundle=bundle, appeal=appeal, position=place) for place, appeal in enumerate(appeals, start=1)
    )
    return bundle


def _check_person(by: User, appeals: Sequence[Appeal]) -> None:
    check_bundles(by)
    for shop in {appeal.case.shop for appeal in appeals}:
        check_shop(by, shop)


def _check_list(appeals: Sequence[Appeal]) -> None:
    if not appeals:
        raise _refused(_("Choose at least one appeal."), code="no_appeals")
    if len(appeals) > MOST:
        message = _("At most %(most)d appeals in one bundle; these are %(count)d.")
        raise _refused(message % {"most": MOST, "count": len(appeals)}, code="too_many_appeals")
    seen: set[UUID] = set()
    for appeal in appeals:
        if appeal.pk in seen:
            raise _refused(_("%(appeal)s is in the list twice.") % {"appeal": appeal.number}, code="appeal_twice")
        seen.add(appeal.pk)


def _refused(message: _StrOrPromise, *, code: str) -> Unprocessable:
    return Unprocessable(message, code=code, fields={"appeals": message})


def _check_destination(appeals: Sequence[Appeal], profile: str) -> None:
    """One that only some of the platforms know fails for the others' appeals alone."""
    books = rule_books(sorted({appeal.case.shop.platform for appeal in appeals}))
    if not any(pack_of(appeal, books[appeal.case.shop.platform]).destination_rule(profile) for appeal in appeals):
        message = _("This platform's rules know no such destination of a packet.")
        raise Unprocessable(message, fields={"profile": message})


def _same_in_work(appeals: Sequence[Appeal], profile: str, language: str) -> Bundle | None:
    asked = [appeal.pk for appeal in appeals]
    building = Bundle.objects.filter(
        state__in=[PacketState.QUEUED, PacketState.RUNNING],
        language=language,
        profile=profile,
        pk__in=BundleEntry.objects.filter(appeal=asked[0], position=1).values("bundle"),
    )
    for bundle in building.order_by("-requested_at").prefetch_related("entries"):
        entries = sorted(bundle.entries.all(), key=lambda entry: entry.position)
        if [entry.appeal_id for entry in entries] == asked:
            return bundle
    return None


@transaction.atomic
def retry_bundle(*, bundle: Bundle, by: User, now: datetime) -> Bundle:
    """Build what failed or was never reached, keep what is done, write the ZIP anew.

    One that is being built already is given back as it is. Raises `NotAllowed`, `NotFound`, and `Conflict` where
    nothing failed.
    """
    locked = Bundle.objects.select_for_update(of=("self",)).filter(pk=bundle.pk).first()
    if locked is None:
        raise NotFound(_("There is no such bundle among those of your shops."), code="bundle_not_found")
    entries = list(BundleEntry.objects.filter(bundle=locked).select_related("appeal__case__shop"))
    _check_person(by, [entry.appeal for entry in entries])
    if locked.is_building:
        return locked
    left = [entry for entry in entries if entry.state != PacketState.DONE]
    if not can_retry(locked, len(left)):
        raise Conflict(_("Nothing of this bundle failed: there is nothing to build again."), code="nothing_failed")
    for entry in left:
        entry.state, entry.packet, entry.error, entry.error_code = PacketState.QUEUED, None, "", ""
        entry.save()
    # What ended with failures is begun again like what failed as a whole.
    locked.state, locked.byte_size, locked.sha256 = PacketState.FAILED, 0, ""
    locked.save()
    try_again(locked, task=TASK, now=now)
    return locked


def run_bundle(
    *,
    bundle_id: UUID | str,
    clock: Callable[[], datetime],
    ticket: int | None = None,
    seconds: float = SLICE_SECONDS,
) -> Bundle:
    """Go on with a bundle for a while; it is queued again where there was not time enough.

    One that has ended stays as it is, and so does one that another worker builds. A failure of one appeal is recorded
    with it; what stops all is recorded with the bundle, and raised again where nobody foresaw it.
    """
    bundle = Bundle.objects.get(pk=bundle_id)
    held = claim(Bundle, bundle.pk, clock=clock, ticket=ticket)
    if held is not None:
        try:
            with translation.override(bundle.language):
                _carry_out(bundle, held, give_way_at=time.monotonic() + seconds)
        except TakenOver:
            logger.warning("bundle %s: another worker has it by now", bundle.pk)
    bundle.refresh_from_db()
    return bundle


def _carry_out(bundle: Bundle, held: Claim[Bundle], *, give_way_at: float) -> None:
    """Raises TakenOver, and what nobody foresaw."""
    try:
        with held.beating():
            if not build_entries(bundle, held, give_way_at=give_way_at):
                _give_way(held)
            elif not write_bundle(bundle, held):
                held.fail(gettext("None of the packets could be built: see the reason of each."), "nothing_built")
    except TakenOver:
        raise
    except TimeoutException:
        held.fail(gettext("This takes longer than a worker may: choose fewer appeals."), "took_too_long")
        raise
    except Exception:
        logger.exception("bundle %s", bundle.pk)
        held.fail(gettext("Something unexpected went wrong: try again, or ask IT."), "unexpected")
        raise


def _give_way(held: Claim[Bundle]) -> None:
    """Others' tasks have their turn. What was built so far was no try in vain: the count of tries begins anew."""
    with held.ending() as row:
        row.state, row.beat_at = PacketState.QUEUED, held.clock()
        row.tries = -(-row.tries // MOST_TRIES) * MOST_TRIES
        enqueue(row, task=TASK)


def recover_bundles(*, now: datetime) -> int:
    """Take up again, or record as failed, what was lost with its worker. Returns how many."""
    recovered = recover(Bundle, task=TASK, now=now)
    for pk in recovered.given_up:
        PacketStore().clear(str(pk))
    return len(recovered.again) + len(recovered.given_up)
