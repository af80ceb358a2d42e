"""Money, ids, times, numbers and flags, as cells really hold them."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersales.imports.values import BadValue, parse_flag, parse_id, parse_integer, parse_money, parse_time, text
from tests.instants import SHANGHAI

cents = st.integers(min_value=0, max_value=10**10)
moments = st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2099, 12, 30)).map(  # noqa: DTZ001 - zone below
    lambda naive: naive.replace(microsecond=0, tzinfo=SHANGHAI)
)


@given(cents)
def test_money_round_trips_in_every_spelling(amount):
    yuan = Decimal(amount).scaleb(-2)
    for spelling in (
        f"{yuan}",
        f"¥{yuan}",
        f"￥{yuan:,}",
        f" {yuan:,.2f} 元",
        f"{yuan}\t",
        str(yuan),
        yuan.to_eng_string(),
    ):
        assert parse_money(spelling) == yuan
    assert parse_money(amount, fen=True) == yuan
    assert parse_money(str(amount), fen=True) == yuan


@given(st.integers(min_value=0, max_value=10**9))
def test_money_from_a_float_is_exact_to_the_cent(amount):
    assert parse_money(amount / 100) == Decimal(amount).scaleb(-2)


@given(st.text(max_size=30) | st.floats() | st.booleans() | st.none() | st.integers())
def test_parsers_give_a_value_or_a_reason_for_anything(cell):
    for parse in (parse_money, parse_id, parse_integer, parse_flag, lambda value: parse_time(value, SHANGHAI)):
        with suppress(BadValue):  # any other failure is a defect
            parse(cell)


@pytest.mark.parametrize("cell", ["", "-", "--", "\t", "—", None, "暂无", float("nan")])
def test_money_absent_is_none_not_zero(cell):
    assert parse_money(cell) is None


@pytest.mark.parametrize(
    "cell", ["12,50", "1.2.3", "一百", "1.005", float("inf"), True, "-3", "1e5", "19.9.9", "1,23,456"]
)
def test_money_that_could_be_misread_is_refused(cell):
    with pytest.raises(BadValue):
        parse_money(cell)


def test_money_of_a_spreadsheet_loses_its_float_noise():
    assert parse_money(19.990000000000002) == Decimal("19.99")


def test_money_in_broken_fen_is_refused():
    with pytest.raises(BadValue):
        parse_money("1999.5", fen=True)


@given(st.from_regex(r"[0-9]{6,25}", fullmatch=True))
def test_id_text_keeps_every_digit(digits):
    for spelling in (digits, f"\t{digits}", f"'{digits}", f'="{digits}"', f" {digits}\u200b", f"\ufeff{digits}"):
        assert parse_id(spelling, 6) == digits


@given(st.integers(min_value=2**53, max_value=10**22))
def test_id_rounded_by_a_spreadsheet_is_refused(number):
    with pytest.raises(BadValue) as caught:
        parse_id(float(number))
    assert caught.value.code == "id_digits_lost"


@given(st.integers(min_value=1, max_value=10**15 - 1))
def test_id_as_a_small_enough_number_is_exact(number):
    assert parse_id(float(number)) == str(number)
    assert parse_id(number) == str(number)


@pytest.mark.parametrize("cell", ["7.43778E+18", "1.2e18", "7E+18"])
def test_id_in_scientific_notation_is_refused(cell):
    with pytest.raises(BadValue) as caught:
        parse_id(cell)
    assert caught.value.code == "id_digits_lost"


def test_id_of_sixteen_digits_that_ends_in_zero_was_cut_by_excel():
    with pytest.raises(BadValue):
        parse_id(1234567890123450.0)
    assert parse_id(1234567890123457.0) == "1234567890123457"


@pytest.mark.parametrize("cell", ["1", "12345", "ab1"])
def test_id_with_too_few_digits_is_a_placeholder(cell):
    with pytest.raises(BadValue) as caught:
        parse_id(cell, 6)
    assert caught.value.code == "placeholder_id"


@pytest.mark.parametrize("cell", ["订单号", "12 34", "1;DROP", "<b>1</b>", "9" * 65, 1.5])
def test_id_of_other_characters_is_refused(cell):
    with pytest.raises(BadValue) as caught:
        parse_id(cell)
    assert caught.value.code == "bad_id"


@given(moments)
def test_time_round_trips_in_every_spelling(moment):
    seconds = int(moment.timestamp())
    naive = moment.replace(tzinfo=None)
    spellings = [
        naive.isoformat(sep=" "), naive.isoformat(), moment.isoformat(), moment.astimezone(ZoneInfo("UTC")).isoformat(),
        f"{naive:%Y/%m/%d %H:%M:%S}", f"{naive.year}/{naive.month}/{naive.day} {naive.hour}:{naive:%M:%S}",
        f"{naive:%Y年%m月%d日 %H:%M:%S}", naive, moment,
    ]  # fmt: skip
    if len(str(seconds)) in (9, 10):
        spellings += [seconds, str(seconds), seconds * 1000, f"{seconds * 1000}", float(seconds)]
    for spelling in spellings:
        assert parse_time(spelling, SHANGHAI) == moment


@given(moments)
def test_time_as_excel_serial_is_exact_to_the_second(moment):
    serial = (moment.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - serials have no zone
    assert parse_time(serial, SHANGHAI) == moment


def test_time_without_zone_is_in_the_maps_zone():
    tokyo = ZoneInfo("Asia/Tokyo")
    assert parse_time("2022-07-21 17:56:40", tokyo) == datetime(2022, 7, 21, 17, 56, 40, tzinfo=tokyo)
    assert parse_time("2022-07-21T17:56:40+02:00", tokyo) == datetime(
        2022, 7, 21, 17, 56, 40, tzinfo=timezone(timedelta(hours=2))
    )
    assert parse_time("2022/7/21 17:56", SHANGHAI) == datetime(2022, 7, 21, 17, 56, tzinfo=SHANGHAI)


@pytest.mark.parametrize("cell", [0, "0", "", "-", None, "0000-00-00 00:00:00"])
def test_time_absent_is_none(cell):
    assert parse_time(cell, SHANGHAI) is None


@pytest.mark.parametrize(
    "cell",
    [
        "21/07/2022 17:56",
        "07/08/2022",
        "2022-13-01",
        "2022-02-30",
        "昨天",
        "12",
        7,
        "1658397",
        True,
        "1066-10-14",
        10**30,
    ],
)
def test_time_that_needs_guessing_is_refused(cell):
    with pytest.raises(BadValue):
        parse_time(cell, SHANGHAI)


def test_flag_reads_yes_and_no_and_listed_values():
    assert [parse_flag(cell) for cell in ("是", "否", "", 1, "0", True, "N")] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
    ]
    assert [parse_flag(cell, frozenset({"3"})) for cell in ("1", "2", 3, "")] == [False, False, True, False]


def test_integer_refuses_what_is_no_count():
    assert [parse_integer(cell) for cell in ("1", 2.0, "3.0", "1,000", "-")] == [1, 2, 3, 1000, None]
    for cell in ("1.5", "一", "-1", True):
        with pytest.raises(BadValue):
            parse_integer(cell)


def test_text_drops_tabs_marks_and_placeholders():
    assert [text(cell) for cell in ("\t a ", "\ufeffa", "'a", "-", None, 3.0)] == ["a", "a", "a", "", "", "3"]
