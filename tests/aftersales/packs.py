"""The shipped policy packs and small made-up ones, for tests of the pure part."""

from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from aftersales.deadlines import Clock, Fact, fold
from aftersales.policy import Pack
from aftersales.policy_history import PackHistory
from aftersales.policy_reading import parse_pack, read_pack

FOLDER = Path(__file__).resolve().parents[2] / "config" / "policies"
PLATFORMS = sorted(path.stem for path in FOLDER.glob("*.toml"))
NAMED = {"zh": "名", "en": "Name"}
_versions = count(1)


@cache
def shipped(platform: str) -> Pack:
    return read_pack(FOLDER / f"{platform}.toml")


def history(platform: str) -> PackHistory:
    return PackHistory([shipped(platform)])


def rule(code: str = "duty", **values: Any) -> dict[str, Any]:
    """A duty of 10 h from `shipment.signed` to `case.noted`."""
    return {
        "code": code,
        "name": NAMED,
        "kinds": ["return_dispute"],
        "hours": 10,
        "starts_on": ["shipment.signed"],
        "stops_on": ["case.noted"],
        "consequence": {**NAMED, "money": "refund_amount"},
        "source": {"zh": "虚构", "en": "made up"},
        "as_of": "2026-01-01",
        **values,
    }


def pack_content(*rules: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "platform": "made_up",
        "name": NAMED,
        "version": f"v{next(_versions)}",
        "effective_from": "2026-01-01T00:00:00+08:00",
        "deadline": list(rules),
        **values,
    }


def made_up(*rules: dict[str, Any], **values: Any) -> Pack:
    return parse_pack(pack_content(*rules, **values), name="made up")


def fact(type: str, at: datetime, closes: bool = False, **data: Any) -> Fact:
    return Fact(type, at, data, closes)


def clocks(
    facts: list[Fact], rules: PackHistory | Pack, kind: str = "return_dispute", closed_at: datetime | None = None
) -> list[Clock]:
    packs = rules if isinstance(rules, PackHistory) else PackHistory([rules])
    return fold(facts, packs, kind, closed_at=closed_at)


def one_clock(facts: list[Fact], rules: PackHistory | Pack, kind: str = "return_dispute", code: str = "") -> Clock:
    found = [clock for clock in clocks(facts, rules, kind) if not code or clock.rule.code == code]
    assert len(found) == 1, found
    return found[0]
