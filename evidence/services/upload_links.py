"""Addresses under which a phone adds proof without a login: made, opened by one device, used, closed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.permissions import check_case
from evidence.enums import Origin
from evidence.errors import LinkFull
from evidence.models import EvidenceItem, UploadLink
from evidence.permissions import check_close
from evidence.selectors.slots import slot_rule
from evidence.selectors.upload_links import MOST_FILES, came_by, check_device, check_live, digest
from evidence.services.slot_checks import check_room, held_by
from evidence.services.uploads import add_evidence
from evidence.storage import digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from aftersales.models import Case, User

LIFETIME = timedelta(minutes=15)
SECRET_BYTES = 24


@transaction.atomic
def make_upload_link(*, case: Case, slot: str, by: User, at: datetime) -> tuple[UploadLink, str]:
    """The link and its secret, which nobody can be told again. The person's earlier one for the slot ends with it.

    Raises `NotAllowed`, `UnknownSlot`, `SlotFull`.
    """
    check_case(by, case)
    check_room(slot_rule(case, slot, at), held=held_by(case, slot))
    earlier = UploadLink.objects.filter(case_id=case.pk, slot=slot, created_by=by, closed_at=None, expires_at__gte=at)
    earlier.update(closed_at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = UploadLink.objects.create(
        case_id=case.pk,
        slot=slot,
        secret_sha256=digest(secret),
        created_at=at,
        created_by=by,
        expires_at=at + LIFETIME,
    )
    return link, secret


def claim_upload_link(*, link: UploadLink, device: str, at: datetime) -> None:
    """The first device to come has the link for itself; of two at once the database lets one through.

    Raises `LinkEnded`, `LinkTaken`.
    """
    free = UploadLink.objects.filter(pk=link.pk, claimed_at=None, closed_at=None, expires_at__gte=at)
    free.update(claimed_at=at, device_sha256=digest(device))
    link.refresh_from_db(fields=["claimed_at", "device_sha256", "closed_at"])
    check_live(link, at)
    check_device(link, device)


def add_by_link(
    *, link: UploadLink, device: str, path: Path, name: str, at: datetime, confirmed: Sequence[str] = ()
) -> EvidenceItem:
    """As added by whoever made the link. It is looked at again, since receiving a file takes its time.

    Raises `LinkEnded`, `LinkTaken`, `LinkFull` and what `add_evidence` raises.
    """
    fresh = UploadLink.objects.select_related("case__shop", "created_by").get(pk=link.pk)
    check_live(fresh, at)
    check_device(fresh, device)
    check_number(link=fresh, path=path)
    return add_evidence(
        case=fresh.case,
        slot=fresh.slot,
        path=path,
        name=name,
        by=fresh.created_by,
        at=at,
        confirmed=confirmed,
        origin=Origin.PHONE,
    )


def check_number(*, link: UploadLink, path: Path) -> None:
    """A file that is there already may come again, as after a lost answer. Raises `LinkFull`."""
    if came_by(link).count() < MOST_FILES:
        return
    with path.open("rb") as file:
        sha256 = digest_of(file)
    if not EvidenceItem.objects.kept().filter(case_id=link.case_id, slot=link.slot, sha256=sha256).exists():
        raise LinkFull(
            format_lazy(_("{most} files came by this code: it takes no more. Make a new code."), most=MOST_FILES)
        )


def close_upload_link(*, link: UploadLink, by: User, at: datetime) -> None:
    """Raises `NotAllowed`. Once more changes nothing."""
    check_close(by, link)
    _close(link, at)


def finish_upload_link(*, link: UploadLink, device: str, at: datetime) -> None:
    """The phone says that all is sent. Raises `LinkTaken`."""
    check_device(link, device)
    _close(link, at)


def _close(link: UploadLink, at: datetime) -> None:
    UploadLink.objects.filter(pk=link.pk, closed_at=None, expires_at__gte=at).update(closed_at=at)
    link.refresh_from_db(fields=["closed_at"])
