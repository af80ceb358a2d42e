"""Things that tests need, made through the services that make them in operation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.conf import settings

from aftersales.enums import EventType, Kind, Role, Source, State
from aftersales.models import Case, PolicyVersion, Shop, User
from aftersales.services.cases import NewCase, open_case
from aftersales.services.facts import record_events, record_fact
from aftersales.services.ledger import EventDraft
from aftersales.services.policies import load_policies
from aftersales.services.transitions import take_transition
from tests.instants import AT

_numbers = count(1)
# For `make_case(facts=[SCANNED])`: the courier has the parcel.
SCANNED: tuple[str, datetime, dict[str, Any]] = (EventType.SHIPMENT_SCANNED, AT - timedelta(hours=2), {})


def load_packs() -> None:
    if not PolicyVersion.objects.exists():
        load_policies(folder=settings.POLICIES_DIR, at=AT)


def make_shop(platform: str = "pinduoduo", **fields: Any) -> Shop:
    load_packs()
    number = next(_numbers)
    return Shop.objects.create(**{"code": f"shop{number}", "name": f"演示店{number}", "platform": platform, **fields})


def make_agent(*shops: Shop, **fields: Any) -> User:
    number = next(_numbers)
    user = User.objects.create_user(f"agent{number}", password="correct horse", last_name=f"客服{number}", **fields)
    user.shops.set(shops)
    return user


def make_lead(*shops: Shop, **fields: Any) -> User:
    return make_agent(*shops, role=Role.LEAD, **fields)


def make_case(
    shop: Shop,
    by: User | None = None,
    *,
    kind: str = Kind.RETURN_DISPUTE,
    requested_at: datetime = AT - timedelta(hours=1),
    now: datetime = AT,
    facts: Sequence[tuple[str, datetime, dict[str, Any]]] = (),
    **known: Any,
) -> Case:
    number = next(_numbers)
    new = NewCase(
        **{
            "platform_case_no": f"90000{number:06d}",
            "order_no": f"260302-{number:015d}",
            "kind": kind,
            "requested_at": requested_at,
            "reason": "不想要了",
            "product": "儿童书包",
            "buyer": "张小明",
            "refund_amount": Decimal("32.50"),
            "order_amount": Decimal("39.90"),
            "facts": [EventDraft(kind_of_fact, at, data, Source.API) for kind_of_fact, at, data in facts],
            **known,
        }
    )
    return open_case(shop=shop, new=new, by=by, now=now)


def take(case: Case, name: str, by: User, *, at: datetime = AT, now: datetime | None = None, **data: Any) -> Case:
    return take_transition(case=case, name=name, by=by, at=at, now=now or at, data=data)


def learn(
    case: Case, event_type: str, by: User, *, at: datetime = AT, now: datetime | None = None, **data: Any
) -> Case:
    return record_fact(case=case, event_type=event_type, at=at, by=by, now=now or at, data=data)


def add_proof(case: Case, slot: str, by: User, *, at: datetime = AT) -> Case:
    """What the ledger knows of a piece of evidence, without its file."""
    data = {"item": f"item-{next(_numbers)}", "slot": slot, "sha256": "0" * 64}
    return record_events(case=case, drafts=[EventDraft(EventType.EVIDENCE_ADDED, at, data)], by=by, now=at)


def make_refunded_case(shop: Shop, by: User, *, refunded_at: datetime = AT, **known: Any) -> Case:
    case = make_case(shop, by, requested_at=refunded_at - timedelta(hours=5), now=refunded_at, **known)
    case = take(case, "agree_refund", by, at=refunded_at - timedelta(hours=1), now=refunded_at)
    case = take(case, "confirm_refund", by, at=refunded_at)
    assert case.state == State.REFUNDED
    return case
