"""The invented shops and the people who work for them. Pure.

Who may log in, and with which password, stands in settings.DEMO_LOGINS: the login page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoShop:
    code: str
    name: str
    platform: str
    return_address: str


@dataclass(frozen=True, slots=True)
class Person:
    """`shops` are codes; nobody listed here works for a shop that is not the demo's."""

    username: str
    last_name: str
    first_name: str
    shops: tuple[str, ...]


HOME = DemoShop("demo-home", "演示家居专营店", "pinduoduo", "浙江省杭州市示例区演示路 1 号 2 号仓 退货组 0571-00000001")
WEAR = DemoShop("demo-wear", "演示服饰旗舰店", "pinduoduo", "广东省佛山市示例区演示大道 18 号 退货组 0757-00000002")
FRESH = DemoShop("demo-fresh", "演示优选小店", "kuaishou", "河南省郑州市示例区演示街 66 号 退货组 0371-00000003")
LIFE = DemoShop("demo-life", "演示数码生活馆", "douyin", "江苏省苏州市示例区演示巷 9 号 退货组 0512-00000004")
MALL = DemoShop("demo-mall", "演示百货旗舰店", "tmall", "上海市嘉定区示例路 20 号 退货组 021-00000005")
GLOBE = DemoShop("demo-globe", "演示跨境好物店", "tiktok", "广东省深圳市示例区演示道 7 号 退货组 0755-00000006")

SHOPS = (HOME, WEAR, FRESH, LIFE)  # whose history is told and whose many cases are cast
EVERY_SHOP = (*SHOPS, MALL, GLOBE)

ALL_SHOPS = tuple(shop.code for shop in EVERY_SHOP)
AGENT, AGENT_2, AGENT_3, LEAD, ADMIN = "agent", "agent2", "agent3", "lead", "admin"
PEOPLE = (
    Person(AGENT, "林", "小满", (HOME.code, WEAR.code, FRESH.code, MALL.code)),
    Person(AGENT_2, "周", "一诺", (FRESH.code, HOME.code)),
    Person(AGENT_3, "陈", "星", (LIFE.code, WEAR.code, GLOBE.code)),
    Person(LEAD, "何", "静", ALL_SHOPS),
    Person(ADMIN, "系统", "管理员", ALL_SHOPS),
)
# Who takes a shop's cases, in turn.
AGENTS: dict[str, tuple[str, ...]] = {
    HOME.code: (AGENT, AGENT_2),
    WEAR.code: (AGENT, AGENT_3),
    FRESH.code: (AGENT_2, AGENT),
    LIFE.code: (AGENT_3,),
    MALL.code: (AGENT,),
    GLOBE.code: (AGENT_3,),
}
