"""The cases that somebody looking at the demo should meet: each shows one thing that the desk does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aftersales.enums import ChatRating, EventType, Issue, Kind, Mood, Opener, Party, State
from appeals.demo import products as sells
from appeals.demo.claims import EXPIRED, FILED, FILED_RAPID, LOST, PARTLY_WON, PREPARED, STARTED, TAKEN_BACK, WON
from appeals.demo.openings import (
    AGREED,
    ASSIGNED,
    CONFIRMED,
    CONTACTED,
    PICKED_UP,
    SENT,
    SIGNED,
    STALLED,
    STEPPED_IN,
    SUBMITTED,
    TICKET,
    buyer_countdown,
    countdown,
    refunded_by_platform,
    ruled,
)
from appeals.demo.people import AGENT, AGENT_2, AGENT_3, FRESH, GLOBE, HOME, LIFE, MALL, WEAR, DemoShop
from appeals.demo.story import Path, Share, Who, learn, prove, take


@dataclass(frozen=True, slots=True)
class Shaped:
    """`ended` is how many hours ago the last step was; `joins` puts the case on the order of the one before."""

    shop: DemoShop
    kind: Kind
    path: Path
    ended: float
    owner: str = ""
    issue: str = ""
    product: sells.Product | None = None
    quantity: int = 1
    joins: bool = False


RETURN, TRANSIT, UNSHIPPED = Kind.RETURN_DISPUTE, Kind.IN_TRANSIT, Kind.NOT_SHIPPED
ADDRESS = "{facts.shop.return_address}"
BACK_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.return_tracking_no}"}

# PD-46: 48 h from the ticket.
_ASKED: Path = (SENT, SIGNED, ASSIGNED, CONTACTED, STEPPED_IN, TICKET)
_CHAT = prove("chat_screenshot", "chat_quality", 1)
_TICKETS = (
    Shaped(HOME, RETURN, (*_ASKED, _CHAT.exactly(40)), 48 - 40 - 0.4, AGENT, Issue.QUALITY, sells.ROBOT),
    Shaped(
        HOME,
        RETURN,
        (
            *_ASKED,
            prove("weight_photo", "scale", 3).exactly(3),
            prove("chat_screenshot", "chat_missing").exactly(0.2),
            prove("courier_screenshot", "tracking_signed").exactly(0.2),
            prove("goods_photo", "missing_item").exactly(0.2),
        ),
        48 - 3.6 - 5,
        AGENT,
        Issue.MISSING_ITEMS,
        sells.JARS,
    ),
    Shaped(WEAR, RETURN, _ASKED, 48 + 3, AGENT_3, Issue.RETURN_MISMATCH, sells.SHIRT, 50),
    Shaped(WEAR, RETURN, (*_ASKED, _CHAT.exactly(2)), 48 - 2 - 30, AGENT, Issue.QUALITY, sells.DOWN),
    Shaped(
        HOME,
        RETURN,
        (*_ASKED, prove("chat_screenshot", "chat_damaged", 6), prove("goods_photo", "crushed_parcel"), SUBMITTED),
        4,
        AGENT_2,
        Issue.DAMAGED,
        sells.MUG,
        2,
    ),
)

# PD-34, PD-35 and PD-44: 24 h each.
_WITHOUT_ADDRESS: Path = (SENT, SIGNED, ASSIGNED, STEPPED_IN, learn(EventType.ADDRESS_REQUESTED, 0.2))
_PROMISED: Path = (SENT, SIGNED, ASSIGNED, CONTACTED, prove("goods_photo", "damaged", 1), take("agree_reship", 0.2))
_WRONG_NUMBER = learn(
    EventType.TRACKING_UPLOADED,
    2,
    Who.OWNER,
    courier="{facts.courier}",
    tracking_no="{facts.other_tracking_no}",
    is_wrong=True,
)
_ADDRESSES = (
    Shaped(HOME, RETURN, _WITHOUT_ADDRESS, 24 - 6.5, AGENT, Issue.QUALITY, sells.PILLOW),
    Shaped(HOME, RETURN, _WITHOUT_ADDRESS, 24 + 1.2, AGENT_2, Issue.FAULT_AFTER_USE, sells.FRYER),
    Shaped(HOME, RETURN, _PROMISED, 24 - 3, AGENT, Issue.DAMAGED, sells.MUG, 3),
    Shaped(WEAR, RETURN, (*_PROMISED[:-2], take("agree_reship", 1)), 24 + 5, AGENT_3, Issue.WRONG_ITEM, sells.SHOES),
    Shaped(HOME, UNSHIPPED, (countdown(48), ASSIGNED, _WRONG_NUMBER), 24 - 9, AGENT, product=sells.PILLOW),
)

# KS-32, KS-39 and KS-40.
_SENT_BACK: Path = (
    SENT,
    SIGNED,
    ASSIGNED,
    CONTACTED,
    take("agree_return", 0.8, address=ADDRESS),
    take("buyer_shipped", 12, Who.PLATFORM, **BACK_PARCEL),
)
_CAME_BACK: Path = (*_SENT_BACK, take("return_signed", 40, Who.COURIER))
_KUAISHOU = (
    Shaped(FRESH, TRANSIT, STALLED, 48 - 1.3, AGENT, product=sells.PAN),
    Shaped(FRESH, TRANSIT, (*STALLED, CONTACTED, take("order_intercept", 1).exactly(1)), 48 - 1.4 - 26, AGENT_2),
    Shaped(FRESH, TRANSIT, STALLED, 48 + 4, AGENT_2, product=sells.NUTS, quantity=6),
    Shaped(FRESH, RETURN, _CAME_BACK, 48 - 0.6, AGENT, Issue.NO_REASON, sells.FLASK),
    Shaped(FRESH, RETURN, (*_CAME_BACK, prove("goods_photo", "intact", 20).exactly(20)), 8, AGENT_2, Issue.QUALITY),
    Shaped(FRESH, RETURN, _CAME_BACK, 48 + 6, AGENT, Issue.RETURN_MISMATCH, sells.PAN, 2),
    Shaped(FRESH, RETURN, (*_SENT_BACK, countdown(120)), 100, AGENT_2, Issue.NO_REASON, sells.PAN),
)

# Douyin says itself how long there is.
_DOUYIN = (
    Shaped(
        LIFE,
        RETURN,
        (SENT, SIGNED, countdown(24), ASSIGNED.exactly(1)),
        24 - 1 - 1.8,
        AGENT_3,
        Issue.QUALITY,
        sells.TABLET,
    ),
    Shaped(LIFE, UNSHIPPED, (countdown(24),), 24 - 7, product=sells.EARPHONES, quantity=2),
    Shaped(LIFE, TRANSIT, (SENT, PICKED_UP, countdown(48)), 48 - 26, product=sells.MASSAGER),
    Shaped(LIFE, RETURN, (SENT, SIGNED, countdown(96)), 96 - 70, issue=Issue.DAMAGED, product=sells.FACE_WASH),
    Shaped(LIFE, UNSHIPPED, (countdown(24),), 24 + 0.5, AGENT_3, product=sells.EARPHONES),
    Shaped(LIFE, RETURN, (SENT, SIGNED, countdown(24)), 24 - 0.9, issue=Issue.WRONG_ITEM, product=sells.FACE_WASH),
)

# TM-06 and TM-10: an unhappy buyer goes first. TT-07 and TT-17: a picture came without a word.
_UPSET = learn(EventType.BUYER_MESSAGED, 1, mood=Mood.WILL_RATE_BADLY.value, note="再不处理我就给差评了")
_RATED = learn(EventType.CHAT_RATED, 2, rating=ChatRating.VERY_DISSATISFIED.value)
_ASKS = learn(EventType.BUYER_MESSAGED, 1, note="什么时候发货？")
_PICTURE = learn(EventType.BUYER_MESSAGED, 1, opener=Opener.IMAGE.value)
_CHATS = (
    Shaped(MALL, RETURN, (SENT, SIGNED, countdown(72), ASSIGNED, _UPSET), 0.2, AGENT, Issue.DAMAGED, sells.MUG),
    Shaped(MALL, UNSHIPPED, (countdown(48), ASSIGNED, CONTACTED, _RATED), 0.7, AGENT, product=sells.FLASK),
    Shaped(GLOBE, RETURN, (SENT, SIGNED, countdown(28), ASSIGNED, _PICTURE), 2, AGENT_3, Issue.QUALITY, sells.SHOES),
    Shaped(GLOBE, UNSHIPPED, (countdown(72), ASSIGNED, _ASKS), 24 + 2, AGENT_3, product=sells.EARPHONES),
)

# One order: asked before it left, then on its way, then delivered; and another case on the same order.
_HANDED_ON: Path = (
    countdown(48),
    ASSIGNED,
    CONTACTED,
    take("dispute_unshipped", 1),
    learn(EventType.TRACKING_UPLOADED, 1, Who.OWNER, ago=3, **{**BACK_PARCEL, "tracking_no": "{facts.tracking_no}"}),
    take("transfer_to_intercept", 0.5),
    learn(EventType.SHIPMENT_SCANNED, 3, Who.COURIER, tracking_no="{facts.tracking_no}", place="武汉转运中心"),
    take("order_intercept", 1),
    learn(EventType.SHIPMENT_SIGNED, 20, Who.COURIER, ago=0.5, tracking_no="{facts.tracking_no}"),
    take("record_delivery", 0.5),
    take("ask_proof", 1, shows="请提供开箱照片和商品细节照片"),
)
_ONE_ORDER = (
    Shaped(HOME, UNSHIPPED, _HANDED_ON, 3, AGENT, product=sells.DESK),
    Shaped(HOME, RETURN, (SENT, SIGNED, countdown(48)), 2, AGENT, Issue.MISSING_ITEMS, joins=True),
)

# PD-22 and PD-23: what may still be appealed, and what has been.
_INTERCEPT_LOST: Path = (
    SENT,
    PICKED_UP,
    ASSIGNED,
    CONTACTED,
    take("order_intercept", 0.5),
    prove("courier_screenshot", "intercept_failed", 5),
    take("intercept_failed", 0.1),
    prove("red_stamp", "letter", 8),
    STEPPED_IN,
    ruled(State.REFUNDING, Party.MERCHANT, 12),
    CONFIRMED,
)
_RULED: Path = (*_ASKED, ruled(State.REFUNDING, Party.MERCHANT, 30), CONFIRMED)
_PROVED: Path = (
    *_ASKED,
    prove("chat_screenshot", "chat_return", 6),
    prove("goods_photo", "stained"),
    prove("courier_screenshot", "tracking_returned"),
    SUBMITTED,
    ruled(State.REFUNDING, Party.MERCHANT, 30),
    CONFIRMED,
)
_RAPID: Path = (SENT, PICKED_UP, refunded_by_platform(0.1, rapid=True))
_WEEK = 7 * 24
_TO_APPEAL = (
    Shaped(WEAR, RETURN, _RULED, 48 - 1.5, AGENT, Issue.QUALITY, sells.DOWN),
    Shaped(
        HOME,
        RETURN,
        (*_RULED, prove("chat_screenshot", "chat_quality", 30).exactly(30)),
        13,
        AGENT,
        Issue.QUALITY,
        sells.ROBOT,
    ),
    Shaped(WEAR, RETURN, (*_PROVED, *STARTED), 48 - 30 - 5, AGENT_3, Issue.RETURN_MISMATCH, sells.SHIRT, 4),
    Shaped(WEAR, RETURN, (*_PROVED, *PREPARED), 48 - 6 - 20, AGENT, Issue.RETURN_MISMATCH, sells.SKIRT, 2),
    Shaped(
        HOME, RETURN, (SENT, SIGNED, ASSIGNED, CONTACTED, AGREED, CONFIRMED), 4, AGENT_2, Issue.DAMAGED, sells.FRYER
    ),
    Shaped(HOME, TRANSIT, _RAPID, _WEEK - 5, product=sells.JARS, quantity=3),
    Shaped(
        WEAR,
        TRANSIT,
        (*_RAPID, ASSIGNED, prove("courier_screenshot", "tracking_in_transit", 20)),
        60,
        AGENT,
        product=sells.SHOES,
    ),
    Shaped(HOME, TRANSIT, _RAPID, 9, product=sells.PILLOW, quantity=2),
    Shaped(
        HOME,
        TRANSIT,
        (*_RAPID, ASSIGNED, prove("courier_screenshot", "tracking_signed", 20), *FILED_RAPID),
        16,
        AGENT,
        product=sells.FRYER,
    ),
    Shaped(WEAR, RETURN, (*_PROVED, *FILED), 10, AGENT, Issue.RETURN_MISMATCH, sells.DOWN),
    Shaped(WEAR, RETURN, (*_PROVED, *WON), 150, AGENT_3, Issue.RETURN_MISMATCH, sells.SHIRT, 5),
    Shaped(HOME, TRANSIT, (*_INTERCEPT_LOST, *PARTLY_WON), 260, AGENT, product=sells.ROBOT),
    Shaped(WEAR, RETURN, (*_PROVED, *LOST), 330, AGENT_3, Issue.RETURN_MISMATCH, sells.SHIRT, 2),
    Shaped(WEAR, RETURN, (*_RULED, *TAKEN_BACK), 200, AGENT, Issue.WRONG_ITEM, sells.SKIRT),
    Shaped(HOME, RETURN, (*_RULED, *EXPIRED), 120, AGENT_2, Issue.QUALITY, sells.PILLOW),
)

# Nothing to do but wait.
_OFFERED: Path = (
    SENT,
    SIGNED,
    ASSIGNED,
    take("ask_proof", 1, shows="请提供商品整体和问题细节的照片"),
    CONTACTED,
    take("make_offer", 3, offer="partial_refund", amount=Share("0.20")),
)
_WAITING = (
    Shaped(HOME, RETURN, _OFFERED, 5, AGENT, Issue.DAMAGED, sells.FRYER),
    Shaped(
        WEAR,
        RETURN,
        (SENT, SIGNED, ASSIGNED, CONTACTED, take("agree_return", 0.8, address=ADDRESS), buyer_countdown(168)),
        26,
        AGENT,
        Issue.NO_REASON,
        sells.SHOES,
    ),
    Shaped(
        HOME, TRANSIT, (SENT, PICKED_UP, ASSIGNED, CONTACTED, take("order_intercept", 0.5)), 7, AGENT, product=sells.MUG
    ),
)

# A small demo has the first of them.
SHAPED: tuple[Shaped, ...] = (
    *_TICKETS,
    *_ADDRESSES,
    *_KUAISHOU,
    *_DOUYIN,
    *_CHATS,
    *_ONE_ORDER,
    *_TO_APPEAL,
    *_WAITING,
)
