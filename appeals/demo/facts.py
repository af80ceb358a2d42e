"""Invented numbers, names and amounts of one case, in the shapes that each platform uses. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from aftersales.enums import Issue, Kind
from appeals.demo.products import PRODUCTS, Product

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from appeals.demo.people import DemoShop

# No courier is called so: what the demo's pictures show is no real company's word.
COURIERS = (("示例快递", "SL"), ("演示速运", "YS"), ("样例物流", "YL"))
SURNAMES = "张王李赵陈杨吴刘黄周徐孙马朱胡郭何高林罗"
NICKNAMES = ("爱喝茶的鱼", "向日葵", "北方有雪", "小满不满", "今天也要早睡", "豆豆妈", "半糖去冰", "momo")
REASONS: dict[str, tuple[str, ...]] = {
    Kind.NOT_SHIPPED: ("不想要了", "拍错/多拍", "长时间未发货", "收货信息填写错误", "商家缺货"),
    Kind.IN_TRANSIT: ("物流停滞未更新", "不想要了", "快递太慢，已在线下购买", "收货地址错误"),
}
ISSUE_REASONS: dict[str, str] = {
    Issue.WRONG_ITEM: "卖家发错货",
    Issue.DAMAGED: "商品破损/污渍",
    Issue.QUALITY: "质量问题",
    Issue.MISSING_ITEMS: "少件/漏发",
    Issue.NOT_OUR_ITEM: "收到的不是所购商品",
    Issue.FAULT_AFTER_USE: "使用后出现故障",
    Issue.NO_REASON: "七天无理由退货",
    Issue.RETURN_MISMATCH: "退回商品与发货不符",
}
MASKED_SHARE = 0.7
PARTS = (*["1"] * 12, "0.3", "0.5", "0.7")
SEVERAL = (1, 1, 1, 1, 1, 1, 2, 2, 3)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case beside its history; steps fill their data from it."""

    shop: DemoShop
    kind: str
    issue: str
    platform_case_no: str
    order_no: str
    product: Product
    sku: str
    quantity: int
    buyer: str
    reason: str
    order_amount: Decimal
    refund_amount: Decimal
    courier: str
    tracking_no: str
    other_tracking_no: str
    return_tracking_no: str
    ticket_no: str

    def another(self, rng: Random, *, kind: str, issue: str = "") -> CaseFacts:
        """Another case of the same order."""
        return replace(
            self,
            kind=kind,
            issue=issue,
            reason=_reason(rng, kind, issue),
            platform_case_no=_digits(rng, len(self.platform_case_no)),
            refund_amount=_part(self.order_amount, "0.5"),
            return_tracking_no=tracking_no(rng),
            ticket_no=_digits(rng, 10),
        )


def invent_facts(
    rng: Random,
    *,
    shop: DemoShop,
    kind: str,
    issue: str,
    requested_at: datetime,
    product: Product | None = None,
    quantity: int = 0,
    is_whole: bool = False,
) -> CaseFacts:
    """A product of the shop unless one is given; most refunds are for the whole order, those that have to be all."""
    product = product or rng.choice(PRODUCTS[shop.code])
    quantity = quantity or rng.choice(SEVERAL)
    order_amount = product.price * quantity
    refund_amount = _part(order_amount, rng.choice(PARTS))
    courier, prefix = rng.choice(COURIERS)
    return CaseFacts(
        shop=shop,
        kind=kind,
        issue=issue,
        platform_case_no=_case_no(rng, shop.platform),
        order_no=_order_no(rng, shop.platform, requested_at - timedelta(days=rng.randint(1, 9))),
        product=product,
        sku=rng.choice(product.skus),
        quantity=quantity,
        buyer=_buyer(rng),
        reason=_reason(rng, kind, issue),
        order_amount=order_amount,
        refund_amount=order_amount if is_whole else refund_amount,
        courier=courier,
        tracking_no=prefix + _digits(rng, 13),
        other_tracking_no=prefix + _digits(rng, 13),
        return_tracking_no=tracking_no(rng),
        ticket_no=_digits(rng, 10),
    )


def tracking_no(rng: Random) -> str:
    return rng.choice(COURIERS)[1] + _digits(rng, 13)


def _digits(rng: Random, count: int) -> str:
    """Never a leading zero: a spreadsheet would lose it."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def _case_no(rng: Random, platform: str) -> str:
    return _digits(rng, 11 if platform == "pinduoduo" else 19)


def _order_no(rng: Random, platform: str, on: datetime) -> str:
    if platform == "pinduoduo":
        return f"{on:%y%m%d}-{_digits(rng, 15)}"
    return f"{on:%y%m%d}{_digits(rng, 13)}"


def _buyer(rng: Random) -> str:
    """A masked name, as platforms export it, or an invented nickname."""
    if rng.random() < MASKED_SHARE:
        return f"{rng.choice(SURNAMES)}**"
    return rng.choice(NICKNAMES)


def _reason(rng: Random, kind: str, issue: str) -> str:
    return ISSUE_REASONS[issue] if issue else rng.choice(REASONS.get(kind, ("其他原因",)))


def _part(amount: Decimal, share: str) -> Decimal:
    return (amount * Decimal(share)).quantize(Decimal("0.01"))
