"""Steps that the paths of several kinds share. Pure."""

from __future__ import annotations

from dataclasses import replace

from aftersales.enums import EventType, Party, State
from appeals.demo.story import Later, Path, Step, Who, assign, learn, take

ASSIGNED = assign()
CONTACTED = learn(EventType.BUYER_CONTACTED, 0.4, Who.OWNER, note="已电话和站内消息联系买家，安抚并说明处理方案")
SENT = learn(
    EventType.TRACKING_UPLOADED,
    ago=52,
    courier="{facts.courier}",
    tracking_no="{facts.tracking_no}",
)
PICKED_UP = learn(
    EventType.SHIPMENT_SCANNED, who=Who.COURIER, ago=46, tracking_no="{facts.tracking_no}", place="杭州转运中心"
)
# KS-32: 72 h after its last scan, which is two hours after the request.
STALLED: Path = (
    replace(SENT, ago=78),
    replace(PICKED_UP, ago=70),
    ASSIGNED.exactly(0.2),
    learn(EventType.SHIPMENT_STALLED, who=Who.DESK, last_scan_at=Later(-72)).exactly(1.8),
)
SIGNED = learn(EventType.SHIPMENT_SIGNED, who=Who.COURIER, ago=7, tracking_no="{facts.tracking_no}", place="演示路网点")
CONFIRMED = take("confirm_refund", 1.5, Who.PLATFORM)
AGREED = take("agree_refund", 1.0)
WITHDRAWN = take("buyer_withdraw", 8, Who.PLATFORM)
STEPPED_IN = take("platform_step_in", 6, Who.PLATFORM, asked_by=Party.BUYER.value)
TICKET = take("open_ticket", 0.5, Who.PLATFORM, subject="{facts.ticket_no}")
SUBMITTED = take("submit_evidence", 0.3, subject="{facts.ticket_no}")


def countdown(hours: float) -> Step:
    """The platform says how long the merchant has for the present step."""
    return learn(EventType.PLATFORM_COUNTDOWN, due_at=Later(hours))


def buyer_countdown(hours: float) -> Step:
    """The platform says how long the buyer has for it."""
    return learn(EventType.PLATFORM_COUNTDOWN, 0.01, due_at=Later(hours), party=Party.BUYER.value)


def ruled(ruling: State, liable: Party, wait: float = 20) -> Step:
    return take("platform_decide", wait, Who.PLATFORM, ruling=ruling.value, liable=liable.value)


def refunded_by_platform(wait: float, *, rapid: bool = False) -> Step:
    data = {"rapid": True} if rapid else {}
    return take("refund_directly", wait, Who.PLATFORM, **data)


RESOLVED: Path = (STEPPED_IN, ruled(State.RESOLVED, Party.BUYER))
