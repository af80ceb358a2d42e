"""Section 2E: what a tracking number's shape says of its courier. A hint and a warning, never a refusal."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from aftersales.couriers import (
    contradiction,
    couriers,
    known_as,
    likely,
    normalized,
    odd_shape,
    parcel_warnings,
    suggest,
)

# (number, courier, seen, of); where `courier` is first, a number of this shape names it.
SHAPES = [
    ("SF9380532104862", "sf", 221, 221),
    ("YT6882541752907", "yto", 71, 71),
    ("JT2889677134854", "jt", 67, 67),
    ("73186514588011", "zto", 67, 67),
    ("74186514588011", "zto", 67, 67),
    ("78609748566457", "zto", 67, 67),
    ("312121975165060", "yunda", 63, 64),
    ("432641794393573", "yunda", 63, 64),
    ("462641794393573", "yunda", 63, 64),
    ("772611343186276", "sto", 40, 40),
    ("773611343186276", "sto", 40, 40),
    ("774611343186276", "sto", 40, 40),
    ("775611343186276", "sto", 40, 40),
    ("776011423760737", "sto", 40, 40),
    ("9888243449845", "post", 8, 9),
    ("9788243449845", "post", 8, 9),
    ("KH12345678901", "post", 1, 9),
    ("JDX123456789012", "jd", 3, 3),
    ("JDLD12345678", "jd", None, None),
    ("DPK123456789012", "deppon", None, None),
    ("YT1234567890123456", "yunexpress", None, None),
]
BY_CODE = {courier.code: courier for courier in couriers()}
any_text = st.text(max_size=80) | st.from_regex(r"(SF|YT|JT|JDX|KH|7|9)?[0-9]{0,20}")


def first(number: str) -> str:
    return next((courier.code for courier in suggest(number)), "")


@pytest.mark.parametrize(("number", "code", "seen", "of"), SHAPES)
def test_number_names_its_courier(number, code, seen, of):
    """2E: each shape of the parcels whose courier the platform had named, with how often it was seen."""
    courier = likely(number)
    assert courier is not None
    assert (courier.code, first(number)) == (code, code)
    (shape,) = [one for one in courier.shapes if one.fits(number) and not one.is_older and not one.is_shared]
    assert (shape.seen, shape.of) == (seen, of)
    assert odd_shape(number, courier.name.zh) is None


@pytest.mark.parametrize(
    "number",
    [
        "SF938053210486", "SF93805321048620", "YT688254175290", "YT68825417529071", "YT68825417529071234",
        "JT288967713485", "JT28896771348540", "75186514588011", "7318651458801", "731865145880111", "313121975165060",
        "31212197516506",
        "771611343186276", "777611343186276", "77261134318627", "7726113431862760", "9688243449845", "988824344984",
        "98882434498450", "KH1234567890", "KH123456789012", "JDX12345678901", "JDX1234567890123", "SFX380532104862",
        "5301240121606", "1234567890123", "123456789012", "", "-", "顺丰",
    ],
)  # fmt: skip
def test_near_miss_names_nobody(number):
    assert likely(number) is None


def test_sto_comes_before_zto():
    """2E: an older list takes every ^7 of 12 digits and more for 中通 and mislabels 申通."""
    codes = [courier.code for courier in couriers()]
    assert codes.index("sto") < codes.index("zto")
    assert [courier.code for courier in suggest("775611343186276")] == ["sto"]
    assert first("7561134318627") != "sto"


def test_yunexpress_is_not_yto():
    """2E: YT and 16 digits is YunExpress."""
    number = "YT1234567890123456"
    assert [courier.code for courier in suggest(number)] == ["yunexpress"]
    warning = str(odd_shape(number, "圆通速递"))
    assert "云途" in warning
    assert "圆通" in warning


def test_thirteen_digits_are_a_hint_at_several():
    """2E: EMS 13 digits 2/2, and one of 韵达's 64."""
    assert [courier.code for courier in suggest("5301240121606")] == ["ems", "yunda"]
    assert odd_shape("5301240121606", "EMS") is None
    assert [courier.code for courier in suggest("9888243449845")][:2] == ["post", "ems"]


@pytest.mark.parametrize(
    ("number", "name"),
    [("123456789012", "顺丰"), ("5301240121606", "韵达"), ("W12345678X", "圆通"), ("7512345678901", "中通")],
)
def test_older_shape_is_a_hint_and_no_fault(number, name):
    """2E: older lists contradict today's shapes."""
    assert contradiction(number, name) is None
    with translation.override("en"):
        assert "an older shape" in str(odd_shape(number, name))


@pytest.mark.parametrize(("name", "code"), [
    ("顺丰快递", "sf"), ("顺丰速运", "sf"), ("SF Express", "sf"), ("圆通快递", "yto"), ("圆通速递", "yto"),
    ("ＹＴＯ", "yto"), ("极兔速递", "jt"), ("J&T", "jt"), ("申通快递", "sto"), ("中通快递", "zto"),
    ("韵达快递", "yunda"), ("邮政EMS", "ems"), ("邮政快递包裹", "post"), ("京东配送", "jd"),
    ("JD", "jd"), ("德邦快递", "deppon"), ("云途物流", "yunexpress"),
])  # fmt: skip
def test_courier_is_known_by_the_platforms_names(name, code):
    courier = known_as(name)
    assert courier is not None
    assert courier.code == code


@pytest.mark.parametrize("name", ["", "加运美", "SFC", "其他", "customs"])
def test_other_courier_has_no_wrong_number(name):
    assert known_as(name) is None
    assert odd_shape("SF9380532104862", name) is None
    assert parcel_warnings("SF9380532104862", name) == []


@pytest.mark.parametrize(
    "pasted",
    ["sf9380532104862", "SF 9380 5321 04862", "\tSF9380532104862\r\n", "ＳＦ９３８０５３２１０４８６２",
     "'SF9380532104862", "\ufeffSF9380532104862\u200b", "\u3000sf9380532104862 "],
)  # fmt: skip
def test_pasted_number_is_put_in_one_spelling(pasted):
    assert normalized(pasted) == "SF9380532104862"
    assert first(pasted) == "sf"
    assert odd_shape(pasted, "顺丰") is None


def test_warning_is_in_the_readers_language():
    warning = odd_shape("SF9380532104862", "圆通")
    with translation.override("en"):
        assert "looks like one of SF Express, not of YTO Express" in str(warning)
    with translation.override("zh-hans"):
        assert "顺丰" in str(warning)


@given(any_text, any_text | st.sampled_from([courier.name.zh for courier in couriers()]))
def test_nothing_is_too_odd_to_look_at(number, courier):
    suggested = suggest(number)
    assert len(set(suggested)) == len(suggested)
    alone = likely(number)
    assert alone is None or suggested[0] == alone
    warnings = parcel_warnings(number, courier)
    assert all(str(warning) for warning in warnings)
    assert contradiction(number, courier) is None or warnings


@given(st.sampled_from(couriers()).flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(one.shapes))), st.data())
def test_no_courier_is_warned_of_its_own_shape(pair, data):
    courier, shape = pair
    number = data.draw(st.from_regex(re.compile(shape.pattern, re.ASCII), fullmatch=True))
    assert courier in suggest(number)
    assert contradiction(number, courier.name.zh) is None
    assert (odd_shape(number, courier.name.zh) is None) or shape.is_older


def test_shapes_are_well_formed():
    assert len(BY_CODE) == len(couriers())
    for courier in couriers():
        assert known_as(courier.name.zh) == known_as(courier.name.en) == courier
        assert any(not shape.is_older for shape in courier.shapes)
        for shape in courier.shapes:
            assert re.compile(shape.pattern)
            assert (shape.seen is None) == (shape.of is None)
