import pytest

from evidence.drawings.fonts import FontMissing, Weight, find_font_file, font

LATIN_ONLY = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@pytest.mark.parametrize("weight", Weight)
def test_found_font_writes_chinese(weight):
    face = font(40, weight)
    assert bytes(face.getmask("退")) != bytes(face.getmask("款"))


@pytest.mark.parametrize("paths", [(), ("/nowhere/font.ttc",), (LATIN_ONLY,), (__file__,)])
def test_missing_font_names_the_package(paths):
    with pytest.raises(FontMissing) as refusal:
        find_font_file(Weight.REGULAR, paths=paths, ask_system=False)
    assert "fonts-noto-cjk" in str(refusal.value)
    assert refusal.value.error_code == "font_missing"


def test_system_is_asked_when_the_known_paths_are_empty():
    assert find_font_file(Weight.BOLD, paths=()).path
