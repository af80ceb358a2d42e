"""Find the addresses under which a phone adds proof, and what came by them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from aftersales.models import Case
from aftersales.permissions import can_case
from aftersales.selectors.wording import words
from evidence.enums import Origin
from evidence.errors import LinkEnded, LinkTaken, LinkUnknown
from evidence.examples import example_file
from evidence.limits import Limits, readable_size
from evidence.models import EvidenceItem, UploadLink
from evidence.selectors.items import item_warnings
from evidence.selectors.slot_words import accept, how_many, takes
from evidence.selectors.slots import slot_rule

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import User
    from evidence.querysets import EvidenceQuerySet

MOST_FILES = 30  # by one address
_WITH_CASE = ("case__shop", "created_by")


@dataclass(frozen=True, slots=True)
class PhonePage:
    """All that a phone is told: the slot and what to photograph, nothing of the case, the order or the buyer."""

    name: str
    shows: str
    how_many: _StrOrPromise
    takes: str
    accept: str
    takes_photos: bool
    example: str
    checklist: list[tuple[str, str]]
    is_strict: bool
    room: int
    at_most: int
    most_bytes: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    item: EvidenceItem
    warnings: list[_StrOrPromise]


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """`ended` says why nothing more can come; empty while something can."""

    link: UploadLink
    is_claimed: bool
    ended: _StrOrPromise
    arrivals: list[Arrival]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_upload_link(secret: str, *, at: datetime) -> UploadLink:
    """By what the phone knows; only the hash is compared. Raises `LinkUnknown`, `LinkEnded`."""
    link = UploadLink.objects.select_related(*_WITH_CASE).filter(secret_sha256=digest(secret)).first()
    if link is None:
        raise LinkUnknown(_("This address is not known. Scan the code again; if that does not help, make a new code."))
    check_live(link, at)
    return link


def check_live(link: UploadLink, at: datetime) -> None:
    """Raises `LinkEnded`."""
    if reason := why_ended(link, at):
        raise LinkEnded(reason)
    if not can_case(link.created_by, link.case):
        raise LinkEnded(_("Whoever made this code may not add proof any more. Ask a colleague for a new code."))


def why_ended(link: UploadLink, at: datetime) -> _StrOrPromise:
    if link.closed_at is not None:
        return _("This code was closed. To send more, make a new code at the desk.")
    if at > link.expires_at:
        return _("This code has run out. To send more, make a new code at the desk.")
    return ""


def is_device(link: UploadLink, device: str) -> bool:
    return bool(device) and constant_time_compare(link.device_sha256, digest(device))


def check_device(link: UploadLink, device: str) -> None:
    """Raises `LinkTaken`."""
    if not is_device(link, device):
        raise LinkTaken(
            _("This code was opened on another device already: it works on one only. Make a new code at the desk.")
        )


def phone_page(link: UploadLink, *, at: datetime) -> PhonePage:
    """Raises `UnknownSlot` where the case asks for no such proof any more."""
    rule = slot_rule(link.case, link.slot, at)
    held = EvidenceItem.objects.kept().filter(case_id=link.case_id, slot=link.slot).count()
    return PhonePage(
        name=words(rule.name),
        shows=words(rule.shows),
        how_many=how_many(rule),
        takes=takes(rule),
        accept=accept(rule),
        takes_photos="image" in rule.takes,
        example=example_file(rule.example),
        checklist=[(point.code, words(point.name)) for point in rule.checklist],
        is_strict=rule.is_strict,
        room=max(min(rule.at_most - held, MOST_FILES - came_by(link).count()), 0),
        at_most=rule.at_most,
        most_bytes=readable_size(max(Limits().bytes_of(kind) for kind in rule.takes)),
        expires_at=link.expires_at,
    )


def came_by(link: UploadLink) -> EvidenceQuerySet:
    """What the phone has added, withdrawn pieces as well: a person's newer code for a slot ends the one before."""
    found: EvidenceQuerySet = EvidenceItem.objects.filter(
        case_id=link.case_id,
        slot=link.slot,
        origin=Origin.PHONE,
        added_by_id=link.created_by_id,
        added_at__gte=link.created_at,
        added_at__lte=min(link.expires_at, link.closed_at or link.expires_at),
    )
    return found


def upload_link_of(pk: int, *, user: User) -> UploadLink:
    """For the desk. Raises `LinkUnknown` also for a case that the reader may not see."""
    links = UploadLink.objects.select_related(*_WITH_CASE).filter(case__in=Case.objects.visible_to(user))
    link = links.filter(pk=pk).first()
    if link is None:
        raise LinkUnknown(_("There is no such code among the cases of your shops."))
    return link


def link_status(link: UploadLink, *, user: User, at: datetime) -> LinkStatus:
    items = list(came_by(link).kept().select_related("case").order_by("-added_at", "pk"))
    warnings = item_warnings(items, user=user)
    return LinkStatus(
        link=link,
        is_claimed=link.claimed_at is not None,
        ended=why_ended(link, at),
        arrivals=[Arrival(item, [warning.message for warning in warnings[item.pk]]) for item in items],
    )
