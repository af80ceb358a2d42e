"""Speak to a group robot through Apprise, which knows how each service wants to be spoken to."""

from __future__ import annotations

import json
import logging
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.errors import Unprocessable

if TYPE_CHECKING:
    from types import ModuleType

SECONDS = 8.0  # to connect, and for each part of the answer: a slow robot must not hold up the others
LONGEST_FAULT = 300
# What these services show to be copied is an address of the web.
WEB_ADDRESSES = {
    re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"): "dingtalk://{}",
    re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)"): "wecombot://{}",
    re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)"): "feishu://{}",
    re.compile(r"https://open\.larksuite\.com/open-apis/bot/v2/hook/([\w-]+)"): "lark://{}",
}
# They answer 200 and say in the body what was wrong, while Apprise looks at the status alone.
SPEAKING = frozenset({"dingtalk", "wecombot", "feishu", "lark"})
SHORTEST_SECRET = 6
logger = logging.getLogger("apprise")


def read_address(text: str) -> str:
    """The address as Apprise wants it. Raises `Unprocessable` for one that reaches nothing."""
    text = text.strip()
    for pattern, address in WEB_ADDRESSES.items():
        if match := pattern.fullmatch(text):
            text = address.format(match[1])
    if _robot(text) is None:
        message = gettext_lazy(
            "No robot can be reached like this. Paste the webhook of a DingTalk, WeCom or Feishu robot, or write an "
            "Apprise address such as dingtalk://secret@token, wecombot://key or feishu://token."
        )
        raise Unprocessable(message, code="bad_address", fields={"address": message})
    return text


def masked_address(address: str) -> str:
    """Which service it is, without the robot's secret."""
    return f"{address.partition('://')[0]}://…"


def tell(*, address: str, title: str, body: str) -> str:
    """Send one message. Returns why that failed, without what the address keeps secret; empty if it went."""
    robot = _robot(address)
    if robot is None:
        return _("The address cannot be read.")
    robot.socket_connect_timeout = min(robot.socket_connect_timeout or SECONDS, SECONDS)
    robot.socket_read_timeout = min(robot.socket_read_timeout or SECONDS, SECONDS)
    if robot.secure_protocol in SPEAKING:
        _listen(type(robot).__module__)
    apprise = _apprise()
    sender = apprise.Apprise()
    sender.add(robot)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        if sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            return ""
        return _without_secrets(said.getvalue(), address) or _("The robot did not take the message.")


def refusal(answer: bytes) -> str:
    """What an answer of DingTalk, WeCom (`errcode`, `errmsg`) or Feishu (`code`, `msg`) complains of, if it does."""
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    code = said.get("errcode") or said.get("code")
    return f"{code}: {said.get('errmsg') or said.get('msg') or ''}" if code else ""


class Listening:
    """Stands in for `requests` in the modules of Apprise that do not read an answer's body."""

    def __init__(self, requests: ModuleType) -> None:
        self.requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self.requests, name)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        """Raises `requests.RequestException` for a refusal, which those modules know what to do with."""
        answer = self.requests.post(*args, **kwargs)
        if fault := refusal(answer.content):
            logger.warning("%s", fault)
            raise self.requests.RequestException(fault)
        return answer


@cache
def _listen(module_name: str) -> None:
    module = sys.modules[module_name]
    module.requests = Listening(module.requests)  # type: ignore[attr-defined]  # a module of Apprise that imports it


def _without_secrets(text: str, address: str) -> str:
    for part in re.split(r"[^\w-]+", unquote(address.partition("://")[2])):
        if len(part) >= SHORTEST_SECRET:
            text = text.replace(part, "…")
    return " ".join(text.split())[:LONGEST_FAULT]


def _robot(address: str) -> Any:
    """An Apprise plugin, or None where the address is not one."""
    return _apprise().Apprise.instantiate(address) if "://" in address else None


@cache
def _apprise() -> ModuleType:
    """Loaded with the first message, as that takes a second that most processes never need."""
    import apprise  # noqa: PLC0415 - see above

    return apprise
