"""How deadlines were missed in the past weeks, one way for each rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aftersales.enums import BreachCause, EventType, Issue, Kind, Party, State
from appeals.demo.openings import (
    AGREED,
    ASSIGNED,
    CONFIRMED,
    CONTACTED,
    SENT,
    SIGNED,
    STALLED,
    STEPPED_IN,
    SUBMITTED,
    TICKET,
    countdown,
    refunded_by_platform,
    ruled,
)
from appeals.demo.people import FRESH, HOME, LIFE, WEAR, DemoShop
from appeals.demo.story import Path, Who, learn, prove, take

ADDRESS = "{facts.shop.return_address}"
NEW_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.other_tracking_no}"}
RIGHT_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.tracking_no}"}
BACK_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.return_tracking_no}"}


@dataclass(frozen=True, slots=True)
class Late:
    """A path in which a deadline is breached, and why that may have been."""

    shops: tuple[DemoShop, ...]
    kind: Kind
    path: Path
    causes: tuple[BreachCause, ...]
    issues: tuple[Issue, ...] = ()


_ASKED: Path = (SENT, SIGNED, ASSIGNED, CONTACTED, STEPPED_IN, TICKET)
_CAME_BACK: Path = (
    SENT,
    SIGNED,
    ASSIGNED,
    CONTACTED,
    take("agree_return", 0.8, address=ADDRESS),
    take("buyer_shipped", 12, Who.PLATFORM, **BACK_PARCEL),
    take("return_signed", 40, Who.COURIER),
)
_INTERCEPTED: Path = (*STALLED, CONTACTED, take("order_intercept", 8), take("intercept_succeeded", 12))
_DISPUTED = (Issue.QUALITY, Issue.DAMAGED, Issue.MISSING_ITEMS, Issue.RETURN_MISMATCH)

LATE: tuple[Late, ...] = (
    Late(  # PD-46: proof came after 48 h
        (HOME, WEAR),
        Kind.RETURN_DISPUTE,
        (
            *_ASKED,
            prove("chat_screenshot", "chat_quality", 51).exactly(51),
            SUBMITTED,
            ruled(State.REFUNDING, Party.MERCHANT),
            CONFIRMED,
        ),
        (BreachCause.PROOF_MISSING, BreachCause.WAITED_FOR_COURIER),
        _DISPUTED,
    ),
    Late(  # PD-46: no proof at all
        (WEAR, HOME),
        Kind.RETURN_DISPUTE,
        (*_ASKED, ruled(State.REFUNDING, Party.MERCHANT, 60).exactly(60), CONFIRMED),
        (BreachCause.NOT_SEEN, BreachCause.UNDERSTAFFED),
        _DISPUTED,
    ),
    Late(  # KS-40: inspected after 48 h
        (FRESH,),
        Kind.RETURN_DISPUTE,
        (*_CAME_BACK, take("inspect_ok", 55).exactly(55), CONFIRMED),
        (BreachCause.UNDERSTAFFED, BreachCause.NOT_SEEN),
        (Issue.NO_REASON, Issue.QUALITY),
    ),
    Late(  # KS-32: intercept and refund after 48 h
        (FRESH,),
        Kind.IN_TRANSIT,
        (*_INTERCEPTED, AGREED.exactly(40), CONFIRMED),
        (BreachCause.WAITED_FOR_COURIER,),
    ),
    Late(  # PD-35: sent again after 24 h
        (HOME, WEAR),
        Kind.RETURN_DISPUTE,
        (
            SENT,
            SIGNED,
            ASSIGNED,
            CONTACTED,
            take("agree_reship", 1),
            take("reshipped", 31, **NEW_PARCEL).exactly(31),
        ),
        (BreachCause.UNDERSTAFFED, BreachCause.WAITED_FOR_COURIER),
        (Issue.WRONG_ITEM, Issue.MISSING_ITEMS),
    ),
    Late(  # PD-34: the address was given after 24 h
        (HOME,),
        Kind.RETURN_DISPUTE,
        (
            SENT,
            SIGNED,
            ASSIGNED,
            STEPPED_IN,
            learn(EventType.ADDRESS_REQUESTED, 0.2),
            learn(EventType.ADDRESS_GIVEN, 27, Who.OWNER, address=ADDRESS).exactly(27),
            ruled(State.REFUNDING, Party.MERCHANT),
            CONFIRMED,
        ),
        (BreachCause.NOT_SEEN, BreachCause.WRONG_STEP),
        (Issue.QUALITY, Issue.NO_REASON),
    ),
    Late(  # PD-44: the number was corrected after 24 h
        (WEAR, HOME),
        Kind.NOT_SHIPPED,
        (
            countdown(72),
            ASSIGNED,
            learn(EventType.TRACKING_UPLOADED, 2, Who.OWNER, **NEW_PARCEL, is_wrong=True),
            learn(
                EventType.TRACKING_CORRECTED,
                28,
                Who.OWNER,
                courier="{facts.courier}",
                tracking_no="{facts.tracking_no}",
            ).exactly(28),
            AGREED,
            CONFIRMED,
        ),
        (BreachCause.WRONG_STEP, BreachCause.SYSTEM),
    ),
    Late(  # the platform's own countdown ran out
        (LIFE, FRESH),
        Kind.NOT_SHIPPED,
        (countdown(24), ASSIGNED, refunded_by_platform(24.1).exactly(24.1)),
        (BreachCause.NOT_SEEN, BreachCause.UNDERSTAFFED, BreachCause.SYSTEM),
    ),
    Late(
        (LIFE,),
        Kind.RETURN_DISPUTE,
        (SENT, SIGNED, countdown(36), ASSIGNED, CONTACTED, refunded_by_platform(37).exactly(37)),
        (BreachCause.WAITED_FOR_BUYER, BreachCause.NOT_SEEN),
        (Issue.QUALITY, Issue.DAMAGED),
    ),
)
