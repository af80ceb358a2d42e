"""Each odd file is taken with the right facts and warnings, or refused with a way out; never anything else."""

from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from evidence.checks import inspect
from evidence.limits import Limits
from evidence.media import MEDIA_TYPES
from evidence.names import clean_name
from evidence.sandbox import decode
from tests.hostile.__main__ import main
from tests.hostile.catalogue import ODD_FILES
from tests.hostile.odd_file import Accepted, Refused
from tests.samples.names import HOSTILE_NAMES

# What a person can do instead, in every refusal.
WAYS_OUT = ("Send", "send ", "Save", "Split", "Print", "Open", "Check")
ACCEPTED = [name for name, file in ODD_FILES.items() if isinstance(file.expected, Accepted)]
REFUSED = [name for name, file in ODD_FILES.items() if isinstance(file.expected, Refused)]


def test_there_are_many():
    assert len(ODD_FILES) >= 60


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_file_is_taken_as_what_it_is(written, name):
    file = ODD_FILES[name]
    found = inspect(written(name), name=name, limits=file.limits)
    assert found.extension == file.extension
    assert ((found.width, found.height), found.pages) == (file.expected.size, file.expected.pages)
    assert set(found.warnings) == set(file.expected.warnings)


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_with_a_way_out(written, name):
    file = ODD_FILES[name]
    with pytest.raises(file.expected.error) as refusal, translation.override("en"):
        inspect(written(name), name=name, limits=file.limits)
    with translation.override("en"):
        message = str(refusal.value)
    assert refusal.type is file.expected.error
    assert any(way in message for way in WAYS_OUT)
    assert "{" not in message
    assert set(refusal.value.fields) == {"file"}


@pytest.mark.parametrize("name", HOSTILE_NAMES[::6])
def test_hostile_name_changes_nothing_about_the_file(written, name):
    found = inspect(written("exif-turn-6.jpg"), name=name)
    assert (found.extension, found.width, found.height) == ("jpg", 240, 160)
    assert clean_name(clean_name(name)) == clean_name(name)


@pytest.mark.parametrize("name", ["cmyk-adobe.jpg", "cmyk-plain.jpg", "grey-16bit-clear.png", "exif-turn-5.webp"])
def test_small_picture_looks_as_the_packet_does(written, name):
    expected = ODD_FILES[name].expected
    kind = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[ODD_FILES[name].extension]
    _facts, data = decode("preview", written(name), media=MEDIA_TYPES[kind], limits=Limits(), max_px=120)
    with Image.open(BytesIO(data)) as image:
        seen = image.convert("RGB")
    places = [(30, 20), (90, 20), (30, 60), (90, 60)]
    for place, colour in zip(places, expected.looks, strict=True):
        assert seen.getpixel(place) == pytest.approx(colour, abs=expected.tolerance + 12)


def test_command_writes_the_files_that_are_named(written, tmp_path):
    names = ["alpha.png", "turn-90.pdf"]
    main(tmp_path / "odd", names)
    assert {path.name for path in (tmp_path / "odd").iterdir()} == set(names)
    assert all((tmp_path / "odd" / name).read_bytes() == written(name).read_bytes() for name in names)
