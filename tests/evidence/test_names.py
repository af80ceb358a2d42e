"""Names that people and attackers give to files."""

import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.names import clean_name, download_name, suffix
from tests.samples.names import HOSTILE_NAMES

names = st.one_of(
    st.text(max_size=300),
    st.builds(
        "{}.{}".format,
        st.text(alphabet=st.characters(), max_size=200),
        st.sampled_from(["jpg", "PNG", "pdf", "heic", "exe"]),
    ),
    st.text(alphabet='./\\ \u202e\x00-_~退款e\u0301🧾:*"', max_size=300),
)


def assert_harmless(name):
    assert 1 <= len(name) <= 120
    assert len(name.encode()) <= 255
    assert PurePosixPath(name).name == name
    assert not set('/\\<>:"|?*').intersection(name)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)
    assert name[0] not in ".- "
    assert name[-1] not in ". "
    assert name.partition(".")[0].lower() not in {"con", "nul", "prn", "aux", "com1", "lpt1"}


@given(names)
@example("a" * 119 + ".jpg")
@example("NUL .jpg")
def test_any_name_becomes_harmless(name):
    assert_harmless(clean_name(name))


@given(names)
def test_cleaning_twice_changes_nothing(name):
    assert clean_name(clean_name(name)) == clean_name(name)


@given(st.text(max_size=200), st.sampled_from(["jpg", "PNG", "pdf", "heic"]))
def test_ending_is_kept(stem, ending):
    assert clean_name(f"{stem}.{ending}").endswith(f".{ending}")


@given(names, st.sampled_from(["jpg", "pdf"]))
def test_download_name_has_the_checked_ending(name, extension):
    cleaned = download_name(name, extension)
    assert_harmless(cleaned)
    assert suffix(cleaned) == extension


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_name_becomes_harmless(name):
    assert_harmless(clean_name(name))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("退款凭证 1.jpg", "退款凭证 1.jpg"),
        ("C:\\fakepath\\photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("photo.jpg\x00.exe", "photo.jpg.exe"),
        ("line\nbreak.png", "line break.png"),
        (".jpg", "file.jpg"),
        ("...", "file"),
        ("", "file"),
        ("nul.pdf", "file-nul.pdf"),
        ("凭" * 300 + ".jpg", "凭" * 78 + ".jpg"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
        ("cafe\u0301.png", "café.png"),
    ],
)
def test_name_is_cleaned(name, cleaned):
    assert clean_name(name) == cleaned


def test_page_in_disguise_downloads_as_a_picture():
    assert download_name("polyglot.html", "jpg") == "polyglot.jpg"
