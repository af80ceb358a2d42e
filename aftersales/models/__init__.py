"""The tables, one file a model."""

from aftersales.models.case import Case
from aftersales.models.channel import Channel
from aftersales.models.deadline import Deadline
from aftersales.models.event import CaseEvent
from aftersales.models.idempotency import IdempotencyKey
from aftersales.models.import_job import ImportJob
from aftersales.models.in_transit_intercept import InTransitIntercept
from aftersales.models.kinds import PROXIES, as_kind
from aftersales.models.not_shipped_refund import NotShippedRefund
from aftersales.models.notification import Notification
from aftersales.models.order import Order
from aftersales.models.policy_version import PolicyVersion
from aftersales.models.return_dispute import ReturnDispute
from aftersales.models.seal import LedgerSeal
from aftersales.models.shipment import Direction, Shipment
from aftersales.models.shop import Shop
from aftersales.models.token import ApiToken
from aftersales.models.user import User
from aftersales.models.visit import CaseVisit

__all__ = [
    "PROXIES",
    "ApiToken",
    "Case",
    "CaseEvent",
    "CaseVisit",
    "Channel",
    "Deadline",
    "Direction",
    "IdempotencyKey",
    "ImportJob",
    "InTransitIntercept",
    "LedgerSeal",
    "NotShippedRefund",
    "Notification",
    "Order",
    "PolicyVersion",
    "ReturnDispute",
    "Shipment",
    "Shop",
    "User",
    "as_kind",
]
