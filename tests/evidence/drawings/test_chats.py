from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from evidence.drawings import ChatLine, Speaker, Topic, draw_chat
from evidence.drawings.chat_scripts import invent_lines
from evidence.drawings.chats import DEMO_PRODUCTS, MAX_HEIGHT, WIDTH
from evidence.drawings.drawing import chance
from evidence.drawings.goods import Issue
from tests.instants import AT

WORDS = "很长的一段话，说明包裹为什么还没有送到。" * 6


def height(drawing):
    image = Image.open(BytesIO(drawing.content))
    assert image.width == WIDTH
    return image.height


def lines(count):
    return [ChatLine(Speaker.BUYER, WORDS, AT + timedelta(minutes=number)) for number in range(count)]


def test_chat_grows_with_its_lines_up_to_the_limit():
    heights = [height(draw_chat(order_no="1", started_at=AT, seed=1, lines=lines(count))) for count in (0, 10, 400)]
    assert heights[0] == WIDTH * 16 // 9  # one whole screen at least
    assert heights[0] < heights[1] < heights[2] <= MAX_HEIGHT
    assert heights[2] > MAX_HEIGHT - 700


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_a_script_and_goods(topic):
    said = invent_lines(topic, started_at=AT, rng=chance("test", 1), terms="退还运费")
    assert {line.speaker for line in said} >= {Speaker.BUYER, Speaker.SHOP}
    assert all(earlier.at <= later.at for earlier, later in pairwise(said))
    assert not any("{" in line.text for line in said)
    photos = [line.text for line in said if line.speaker in (Speaker.BUYER_PHOTO, Speaker.SHOP_PHOTO)]
    assert set(photos) <= set(Issue)
    assert topic in DEMO_PRODUCTS


def test_longer_chat_keeps_the_whole_script_in_order():
    short = invent_lines(Topic.DAMAGED, started_at=AT, rng=chance("test", 1))
    long = invent_lines(Topic.DAMAGED, started_at=AT, rng=chance("test", 1), length=50)
    assert len(long) in (50, 51)
    words = iter(line.text for line in long)
    assert all(line.text in words for line in short)
    assert long[-1].text == short[-1].text


def test_agreed_terms_are_in_the_chat():
    said = invent_lines(Topic.AGREEMENT, started_at=AT, rng=chance("test", 1), terms="退还运费 8 元")
    assert any("退还运费 8 元" in line.text for line in said if line.speaker is Speaker.SHOP)
