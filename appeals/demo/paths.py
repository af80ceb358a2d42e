"""A way into every state of each kind, told by the transitions that lead there (flows.md in the docs). Pure."""

from __future__ import annotations

from typing import Any

from aftersales.enums import EventType, Kind, State
from appeals.demo.openings import (
    AGREED,
    ASSIGNED,
    CONFIRMED,
    CONTACTED,
    PICKED_UP,
    RESOLVED,
    SENT,
    SIGNED,
    STEPPED_IN,
    TICKET,
    WITHDRAWN,
    buyer_countdown,
    countdown,
    refunded_by_platform,
)
from appeals.demo.story import Path, Share, Who, learn, prove, take

ADDRESS = "{facts.shop.return_address}"
PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.tracking_no}"}
NEW_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.other_tracking_no}"}
RETURN_PARCEL: dict[str, Any] = {"courier": "{facts.courier}", "tracking_no": "{facts.return_tracking_no}"}

# Any kind
AT_ONCE: Path = (countdown(48), AGREED, CONFIRMED)
RAPIDLY: Path = (refunded_by_platform(0.1, rapid=True),)

# Not-shipped refund
_ASKED: Path = (countdown(48), ASSIGNED)
_NEGOTIATED: Path = (*_ASKED, CONTACTED, take("negotiate", 0.1))
_CANCELLED: Path = (*_ASKED, take("cancel_shipment", 0.5))
_LEFT: Path = (*_ASKED, CONTACTED, take("dispute_unshipped", 0.6))
NOT_SHIPPED: dict[State, Path] = {
    State.PENDING: (countdown(48),),
    State.NEGOTIATING: _NEGOTIATED,
    State.CANCELLING_SHIPMENT: _CANCELLED,
    State.TRACKING_DUE: _LEFT,
    State.PLATFORM_REVIEW: (*_NEGOTIATED, STEPPED_IN),
    State.REFUNDING: (*_CANCELLED, AGREED),
    State.REFUNDED: (*_CANCELLED, AGREED, CONFIRMED),
    State.REJECTED: (
        *_LEFT,
        take("upload_tracking", 0.7, **PARCEL),
    ),
    State.WITHDRAWN: (*_NEGOTIATED, WITHDRAWN),
    State.RESOLVED: (*_NEGOTIATED, *RESOLVED),
    State.TRANSFERRED: (*_LEFT, take("transfer_to_intercept", 0.5)),
}

# In-transit intercept
_ON_ITS_WAY: Path = (SENT, PICKED_UP, ASSIGNED)
_INTERCEPTING: Path = (*_ON_ITS_WAY, CONTACTED, take("order_intercept", 0.5))
_INTERCEPTED: Path = (*_INTERCEPTING, take("intercept_succeeded", 6))
_FAILED: Path = (*_INTERCEPTING, prove("courier_screenshot", "intercept_failed", 5), take("intercept_failed", 0.1))
_TO_REFUSE: Path = (*_INTERCEPTING, take("agree_refusal", 7))
_REFUSED: Path = (
    *_TO_REFUSE,
    learn(EventType.RETURN_SHIPPED, 20, Who.COURIER, ago=1, **RETURN_PARCEL),
    take("record_refusal", 0.5),
)
_RETURNED: Path = (*_INTERCEPTED, take("parcel_returned", 30))
IN_TRANSIT: dict[State, Path] = {
    State.PENDING: (SENT, PICKED_UP, countdown(72)),
    State.PERSUADING: (SENT, countdown(72), ASSIGNED, CONTACTED, take("persuade", 0.3)),
    State.INTERCEPTING: _INTERCEPTING,
    State.INTERCEPTED: _INTERCEPTED,
    State.INTERCEPT_FAILED: _FAILED,
    State.AWAITING_REFUSAL: _TO_REFUSE,
    State.REFUSED: _REFUSED,
    State.RETURNED: _RETURNED,
    State.PLATFORM_REVIEW: (*_INTERCEPTING, STEPPED_IN),
    State.REFUNDING: (*_INTERCEPTED, AGREED),
    State.REFUNDED: (*_REFUSED, AGREED, CONFIRMED),
    State.REJECTED: (
        *_ON_ITS_WAY,
        CONTACTED,
        prove("chat_screenshot", "chat_intercept"),
        take("reject", 0.1, reason="包裹已在派送途中，已与买家协商签收后再处理"),
    ),
    State.WITHDRAWN: (*_INTERCEPTING, WITHDRAWN),
    State.RESOLVED: (*_INTERCEPTING, *RESOLVED),
    State.TRANSFERRED: (
        *_INTERCEPTING,
        learn(EventType.SHIPMENT_SIGNED, 9, Who.COURIER, ago=0.5, tracking_no="{facts.tracking_no}"),
        take("record_delivery", 0.3),
    ),
}

# Return dispute
_RECEIVED: Path = (SENT, SIGNED, countdown(48), ASSIGNED)
_VERIFYING: Path = (*_RECEIVED, take("ask_proof", 0.3, shows="请提供商品整体、问题细节和快递面单的照片"))
_OFFERED: Path = (*_VERIFYING, CONTACTED, take("make_offer", 3, offer="partial_refund", amount=Share("0.30")))
_TO_RETURN: Path = (*_RECEIVED, CONTACTED, take("agree_return", 0.8, address=ADDRESS))
_COMING_BACK: Path = (*_TO_RETURN, take("buyer_shipped", 18, Who.PLATFORM, **RETURN_PARCEL))
_BACK: Path = (*_COMING_BACK, take("return_signed", 44, Who.COURIER))
_PROMISED: Path = (*_VERIFYING, CONTACTED, take("agree_reship", 2))
_SENT_AGAIN: Path = (*_PROMISED, take("reshipped", 10, **NEW_PARCEL))
_REJECTED: Path = (
    *_BACK,
    CONTACTED,
    prove("goods_photo", "stained", 2),
    prove("chat_screenshot", "chat_return"),
    take("reject", 0.2, reason="退回商品有明显使用痕迹，影响二次销售，已与买家沟通"),
)
RETURN_DISPUTE: dict[State, Path] = {
    State.PENDING: (SENT, SIGNED, countdown(48)),
    State.VERIFYING: _VERIFYING,
    State.OFFERING: _OFFERED,
    State.AWAITING_RETURN: (*_TO_RETURN, buyer_countdown(168)),
    State.RETURN_IN_TRANSIT: _COMING_BACK,
    State.RETURN_RECEIVED: _BACK,
    State.RESHIPPING: _PROMISED,
    State.PLATFORM_REVIEW: (*_OFFERED, STEPPED_IN, TICKET),
    State.REFUNDING: (*_BACK, take("inspect_ok", 12)),
    State.REJECTED: _REJECTED,
    State.REFUNDED: (*_BACK, take("inspect_ok", 12), CONFIRMED),
    State.WITHDRAWN: (*_OFFERED, WITHDRAWN),
    State.RESOLVED: _SENT_AGAIN,
}

PATHS: dict[Kind, dict[State, Path]] = {
    Kind.NOT_SHIPPED: NOT_SHIPPED,
    Kind.IN_TRANSIT: IN_TRANSIT,
    Kind.RETURN_DISPUTE: RETURN_DISPUTE,
}
