"""Folders that Windows, macOS and Linux can unpack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appeals.bundles.names import FORBIDDEN, LONGEST, folder_name, safe


def test_folder_names_appeal_case_and_order():
    assert folder_name("A-1B2C3D4E", "C-000123", "260302-1") == "A-1B2C3D4E C-000123 260302-1"


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\windows\\system32", "C__windows_system32"),
        ('<a href="x">|?*', "_a href=_x_____"),
        ("100% #1", "100_ _1"),
        ("a\u202egpj.exe\u200b", "agpj.exe"),
        ("a\x00b\x1bc\ud800", "abc"),
        ("  a \n\t b  ", "a b"),
        ("cafe\u0301", "caf\u00e9"),
        ("订单 号", "订单 号"),
    ],
)
def test_what_is_not_safe_is_replaced_or_dropped(order, shown):
    assert safe(order) == shown


@pytest.mark.parametrize("order", ["1.", "1 .", "1...", "1 "])
def test_folder_does_not_end_where_windows_cuts(order):
    assert folder_name("A-1", "C-1", order) == "A-1 C-1 1"


def test_folder_of_an_order_without_a_letter_is_named_by_the_rest():
    assert folder_name("A-1", "C-1", "\u200b") == "A-1 C-1"


def test_folders_that_would_be_one_on_windows_are_told_apart():
    taken = {folder_name("A-1", "C-1", "abc").casefold()}
    second = folder_name("A-1", "C-1", "ABC", taken=taken)
    third = folder_name("A-1", "C-1", "ABC", taken={*taken, second.casefold()})
    assert (second, third) == ("A-1 C-1 ABC (2)", "A-1 C-1 ABC (3)")


@given(st.text(max_size=300))
def test_folder_of_any_order_can_be_unpacked_anywhere(order):
    name = folder_name("A-1B2C3D4E", "C-000123", order)
    assert not FORBIDDEN & set(name)
    assert name == name.strip(" .")
    assert name.isprintable()
    assert len(name) <= LONGEST
    assert name.startswith("A-1B2C3D4E C-000123")
