"""Group robots, reached by Apprise: addresses, faults, and what stays secret."""

import socket
import time

import pytest
import requests

from aftersales.errors import Unprocessable
from aftersales.services import robots
from aftersales.services.robots import Listening, masked_address, read_address, refusal, tell
from tests.aftersales.listener import listening

TOKEN = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "address",
    [
        f"dingtalk://{TOKEN}",
        f"dingtalk://SEC0a1b2c@{TOKEN}",
        "wecombot://693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa",
        "feishu://abcdefgh-1234-1234-1234-abcdefabcdef",
        "lark://abcdefgh-1234-1234-1234-abcdefabcdef",
        "json://localhost:8080/hook",
    ],
)
def test_addresses_of_group_robots_are_taken(address):
    assert read_address(f" {address} ") == address


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", f"dingtalk://{TOKEN}"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc", "wecombot://693a91f6-7abc"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/abc-def-123", "feishu://abc-def-123"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/abc-def-123", "lark://abc-def-123"),
    ],
)
def test_webhook_as_the_service_shows_it_is_taken(pasted, address):
    assert read_address(pasted) == address


@pytest.mark.parametrize(
    "address", ["", "robot", "dingtalk://", "https://example.org/hook", "nonsense://a/b", "://", "feishu://%20"]
)
def test_address_that_reaches_nothing_is_refused(address):
    with pytest.raises(Unprocessable) as refused:
        read_address(address)
    assert "dingtalk://" in str(refused.value.fields["address"])


def test_masked_address_names_the_service_alone():
    assert masked_address(f"dingtalk://{TOKEN}") == "dingtalk://…"


def test_message_arrives():
    with listening() as robot:
        assert tell(address=robot.address, title="两个时限", body="第一行\n第二行 https://desk.example/") == ""
    (heard,) = robot.heard
    assert (heard["title"], heard["message"]) == ("两个时限", "第一行\n第二行 https://desk.example/")


def test_fault_says_why_and_keeps_the_secret():
    with listening() as robot:
        robot.status = 403
        fault = tell(address=robot.address, title="t", body="b")
    assert "403" in fault
    assert "secret-hook" not in fault


def test_address_that_nobody_answers_is_a_fault():
    with listening() as robot:
        pass
    assert tell(address=robot.address, title="t", body="b")


def test_slow_robot_is_given_up(monkeypatch):
    """An address cannot ask for more patience than the desk has."""
    monkeypatch.setattr(robots, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert tell(address=f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=600", title="t", body="b")
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b'{"errcode":0,"errmsg":"ok"}', ""),
        (b'{"code":0,"data":{},"msg":"success"}', ""),
        (b'{"errcode":310000,"errmsg":"keywords not in content"}', "310000: keywords not in content"),
        (b'{"code":19024,"msg":"Key Words Not Found"}', "19024: Key Words Not Found"),
        (b'{"errcode":45009}', "45009: "),
        (b"<html>", ""),
        (b"[1]", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_refusal_is_read_from_the_body(answer, fault):
    """DingTalk, WeCom and Feishu answer 200 also to what they did not take."""
    assert refusal(answer) == fault


def test_refusal_in_the_body_is_raised_where_the_status_says_nothing():
    with listening() as robot:
        asked = Listening(requests)
        robot.answer = {"errcode": 310000, "errmsg": "keywords not in content"}
        with pytest.raises(requests.RequestException, match="keywords not in content"):
            asked.post(robot.url, json={}, timeout=5)
        robot.answer = {"errcode": 0, "errmsg": "ok"}
        assert asked.post(robot.url, json={}, timeout=5).status_code == requests.codes.ok


@pytest.mark.parametrize("service", ["dingtalk", "wecombot", "feishu"])
def test_modules_of_the_group_robots_are_listened_to(service):
    """Their plugins ask through `requests`, where the answer is read; without a network the question itself fails."""
    fault = tell(address=f"{service}://{TOKEN}", title="t", body="b")
    assert fault
    assert TOKEN not in fault
    module = __import__(f"apprise.plugins.{service}", fromlist=["requests"])
    assert isinstance(module.requests, Listening)
