"""What of a packet's words is personal, and what never is: numbers by which a platform finds the case."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appeals.packets.content import Order, Piece, Source
from appeals.packets.masking import mask_text, masked_content
from tests.appeals.packets.contents import content_of
from tests.instants import AT

HIDDEN = {
    "13812345678": "138****5678",
    "电话13812345678，勿打": "电话138****5678，勿打",
    "138-1234-5678": "138-****-5678",
    "138 1234 5678": "138 **** 5678",
    "1381 234 5678": "138* *** 5678",
    "+86 13812345678": "+86 138****5678",
    "+8613812345678": "+86138****5678",
    "0086-138-1234-5678": "0086-138-****-5678",
    "１３８１２３４５６７８": "１３８****５６７８",
    "IMG_13812345678.jpg": "IMG_138****5678.jpg",
    "tel-13812345678": "tel-138****5678",
    "0571-88886666": "0571-****6666",
    "（0571）88886666": "（0571）****6666",
    "021 6888 6666": "021 **** 6666",
    "02188886666": "021****6666",
    "+86-571-88886666": "+86-571-****6666",
    "0577-8888666": "0577-***8666",
    "身份证11010119900307123X": "身份证110***********123X",
    "110101 19900307 1234": "110*** ******** 1234",
    "邮箱zhang.san@qq.com。": "邮箱z***@qq.com。",
    "a@b.cn": "a***@b.cn",
    "寄到浙江省杭州市西湖区文三路 138 号 3 栋 2 单元 501 室，张收": "寄到浙江省杭州市西湖区****，张收",
    "要求送到文三路138号": "要求送到****",
    "余杭区五常街道翠苑小区3幢501": "余杭区****",
    "上海市徐汇区漕溪北路88号圣爱广场1808室": "上海市徐汇区****",
    "朝阳区建国门外大街1号国贸大厦A座1201室": "朝阳区****",
    "放在7号楼2单元501室门口": "放在****门口",
}
SHOWN = (
    "260226-518273645190237",
    "260302-13812345678",  # eleven digits of an order's number
    "1381234567890",
    "YT13812345678",
    "中通快递 78523001928374",
    "SF1381234567890",
    "AS-2026-000128",
    "12012345678",  # no network begins with 120
    "1381234567",
    "4008001234",
    "110101199013071234",  # no thirteenth month
    "2026-03-02 10:00:00",
    "¥1,299.00",
    "买家知道3号快递柜",
    "京东商城2号客服",
    "拼多多客服 @小拼",
    "某小区3件",
    "第 3 件事：仓库验货",
    "0138-12345678",
)


@pytest.mark.parametrize(("text", "masked"), HIDDEN.items())
def test_personal_data_are_hidden(text, masked):
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("text", SHOWN)
def test_numbers_of_cases_orders_and_parcels_are_shown(text):
    assert mask_text(text) == text


def test_a_kept_number_is_shown_even_if_it_looks_like_a_phone():
    text = "运单 13812345678，电话 13912345678"
    assert mask_text(text, kept_numbers=("13812345678",)) == "运单 13812345678，电话 139****5678"


def test_a_kept_number_does_not_keep_the_longer_one_around_it():
    assert mask_text("11010119900307123X", kept_numbers=("101199003071",)) == "110***********123X"


def test_the_buyer_s_name_is_hidden_wherever_it_stands():
    names = {"张小明": "张**", "Li Lei": "L**i"}
    assert mask_text("张小明说张小明不认；Li Lei too, but not Li Leilei", names=names) == (
        "张**说张**不认；L**i too, but not Li Leilei"
    )


@pytest.mark.parametrize("name", ["", "张", "张**", "12", "Li"])
def test_a_name_that_is_no_name_hides_nothing(name):
    assert mask_text("张三 Li 12 Listed", names={name: "*"}) == "张三 Li 12 Listed"


ALPHABET = "0123456789-* .+@xX号栋单元室路区省市村张aZ_，\n１"


@given(st.text(ALPHABET, max_size=60))
def test_masking_twice_is_masking_once(text):
    once = mask_text(text)
    assert mask_text(once) == once


@given(
    st.text(ALPHABET, max_size=30), st.from_regex(r"[1-9][0-9]{11,19}", fullmatch=True), st.text(ALPHABET, max_size=30)
)
def test_the_number_of_an_order_stays_visible(before, number, after):
    text = f"{before} {number} {after}"
    assert number in mask_text(text, kept_numbers=(number,))


def test_all_words_of_a_packet_are_masked_and_nothing_is_with_the_switch_off():
    phone, shown = "13812345678", "138****5678"
    source = Source("涂黑", None, "image/jpeg", "0" * 64, 1, f"{phone}.jpg", AT, "王敏")
    piece = Piece(1, AT, "image/jpeg", f"说明{phone}", "聊天", "0" * 64, 1, f"{phone}.png", AT, "王敏", source=source)
    order = Order("AS-1", "O-1", "", f"商品{phone}", "张小明", "张**", None, None, (("电话", phone),))
    content = content_of((piece,), statement=f"张小明 {phone}")
    timeline = (replace(content.timeline[0], text=f"致电{phone}"),)
    content = replace(content, timeline=timeline, orders=(order,), facts=(("电话", phone),), buyer="张小明")
    assert str(content).count(phone) == 8
    masked = str(masked_content(content))
    assert phone not in masked
    assert "张小明" not in masked
    assert masked.count(shown) == 8
    assert masked_content(replace(content, is_masked=False)) == replace(content, is_masked=False)
    assert masked_content(masked_content(content)) == masked_content(content)
