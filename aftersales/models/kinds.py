"""A case as the proxy of its kind, where its machine stands."""

from aftersales.enums import Kind
from aftersales.models.case import Case
from aftersales.models.in_transit_intercept import InTransitIntercept
from aftersales.models.not_shipped_refund import NotShippedRefund
from aftersales.models.return_dispute import ReturnDispute

PROXIES: dict[str, type[NotShippedRefund | InTransitIntercept | ReturnDispute]] = {
    Kind.NOT_SHIPPED: NotShippedRefund,
    Kind.IN_TRANSIT: InTransitIntercept,
    Kind.RETURN_DISPUTE: ReturnDispute,
}


def as_kind(case: Case) -> Case:
    """The same row, with its kind's transitions."""
    case.__class__ = PROXIES[case.kind]
    return case
