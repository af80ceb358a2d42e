"""The ledger's length."""

from aftersales.models import CaseEvent


def ledger_is_longer_than(events: int) -> bool:
    """Counts no further than it must."""
    return CaseEvent.objects.order_by("pk")[events : events + 1].exists()
