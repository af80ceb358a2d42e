"""Short films are proof where a slot takes them: kept whole, proved by decoding, shown by stills."""

import io
from fractions import Fraction
from itertools import pairwise

import pytest
from PIL import Image

from evidence.checks import FileWarning, inspect
from evidence.decoder.film_boxes import is_cut_off
from evidence.decoder.film_sheet import Still, clock, sheet
from evidence.decoder.films import MOST_DECODED, USUALLY_DECODED, Contents, affordable, chosen_moments
from evidence.errors import FileTooLarge, FileTypeRefused, FilmTooLong, TooManyPixels
from evidence.limits import Limits
from evidence.previews import render_preview
from tests.samples import files, films

TOLERANCE = 60


def inspected(folder, data, name="film.mp4", **known):
    return inspect(films.saved(folder, "upload", data), name=name, **known)


def close_to(found, wanted):
    return all(abs(part - other) <= TOLERANCE for part, other in zip(found[:3], wanted, strict=True))


@pytest.mark.parametrize(
    ("made", "media_type"),
    [
        ({}, "video/mp4"),
        ({"coding": "libx265"}, "video/mp4"),
        ({"container": "mov"}, "video/quicktime"),
        ({"container": "webm", "coding": "libvpx"}, "video/webm"),
        ({"container": "webm", "coding": "libvpx-vp9"}, "video/webm"),
        ({"sound": True}, "video/mp4"),
        ({"flags": "faststart"}, "video/mp4"),
        ({"flags": "frag_keyframe+empty_moov"}, "video/mp4"),
        ({"key_every": 300}, "video/mp4"),
    ],
    ids=str,
)
def test_film_is_accepted(tmp_path, made, media_type):
    found = inspected(tmp_path, films.film(**made), f"a.{media_type[-3:]}")
    assert (found.media_type, found.width, found.height, found.pages) == (media_type, *films.SIZE, 1)
    assert found.duration_ms == pytest.approx(3000, abs=100)
    stills = Image.open(io.BytesIO(found.stills))
    assert stills.format == "JPEG"
    assert not stills.getexif()


def test_picture_and_pdf_have_no_length(tmp_path):
    found = inspect(files.png(tmp_path), name="a.png")
    assert (found.duration_ms, found.stills) == (None, b"")


def test_the_same_film_gives_the_same_stills(tmp_path):
    data = films.film()
    assert inspected(tmp_path, data).stills == inspected(tmp_path, data).stills


@pytest.mark.parametrize(("turn", "corner"), [(90, (0, 1)), (-90, (1, 0)), (180, (1, 1)), (0, (0, 0)), (37, (0, 0))])
def test_film_is_shown_upright_by_its_mark(tmp_path, turn, corner):
    """The mark says how far a player turns it against the clock; other turns than quarters are ignored."""
    path = films.saved(tmp_path, "a.mp4", films.film(turn=turn))
    size = films.SIZE[::-1] if turn in (90, -90) else films.SIZE
    found = inspect(path, name="a.mp4")
    assert (found.width, found.height) == size
    preview = Image.open(io.BytesIO(render_preview(path, "video/mp4"))).convert("RGB")
    assert preview.size == size
    seen = [
        (x, y)
        for x in (0, 1)
        for y in (0, 1)
        if close_to(
            preview.getpixel(((size[0] - 1) * (1 + 2 * x) // 4, (size[1] - 1) * (1 + 2 * y) // 4)), films.YELLOW
        )
    ]
    assert seen == [corner]


@pytest.mark.parametrize("what", films.HOSTILE)
def test_hostile_film_is_refused_in_words(tmp_path, what):
    make, code = films.HOSTILE[what]
    with pytest.raises(Exception) as refused:  # noqa: PT011 - its code is what is looked at
        inspected(tmp_path, make())
    assert refused.value.error_code == code
    assert "{" not in str(refused.value)
    assert set(refused.value.fields) == {"file"}


def test_header_does_not_count(tmp_path):
    """Three seconds that call themselves ten hours, 64 × 48 pixels that call themselves 20,000 × 20,000."""
    assert inspected(tmp_path, films.long_header()).duration_ms == 3000
    assert inspected(tmp_path, films.huge_header()).width == 64


def test_attachments_are_left_alone(tmp_path):
    assert inspected(tmp_path, films.with_attachment(), "a.webm").media_type == "video/webm"


def test_one_frame_is_a_film(tmp_path):
    found = inspected(tmp_path, films.film(seconds=0.1))
    assert found.duration_ms == 100
    assert Image.open(io.BytesIO(found.stills)).width < 200


def test_frames_need_not_come_evenly(tmp_path):
    found = inspected(tmp_path, films.film(seconds=0.6, moments=(0, 1, 2, 50, 51, 130)))
    assert found.duration_ms >= 13_000


@pytest.mark.parametrize(("last", "is_taken"), [(1799, True), (1805, True), (1809, True), (1810, False)])
def test_three_minutes_at_most_in_whole_seconds(tmp_path, last, is_taken):
    """Frames of a tenth of a second: up to 3:00.9 a player shows 3:00."""
    data = films.film(seconds=0.2, moments=(0, last - 1))
    if not is_taken:
        with pytest.raises(FilmTooLong):
            inspected(tmp_path, films.film(seconds=0.3, moments=(0, 1, last)))
        return
    assert inspected(tmp_path, data).duration_ms


def test_bytes_pixels_and_length_have_bounds_of_their_own(tmp_path):
    data = films.film()
    pixels = films.SIZE[0] * films.SIZE[1]
    at = Limits(max_film_bytes=len(data), max_film_pixels=pixels, max_film_length=3, max_bytes=1, max_pixels=1)
    assert inspected(tmp_path, data, limits=at).duration_ms == 3000
    for bounds, error in (
        ({"max_film_bytes": len(data) - 1}, FileTooLarge),
        ({"max_film_pixels": pixels - 1}, TooManyPixels),
        ({"max_film_length": 2}, FilmTooLong),
    ):
        with pytest.raises(error):
            inspected(tmp_path, data, limits=Limits(**bounds))


def test_film_where_none_is_taken_is_refused_with_what_is(tmp_path):
    """PD-47: a ticket's proof is pictures and PDFs."""
    for name, make, kinds, told in (
        ("a.mp4", films.film, ("image", "pdf"), "PDF"),
        ("a.png", lambda: files.png(tmp_path).read_bytes(), ("video",), "MP4 / MOV / WebM"),
        ("a.png", lambda: files.png(tmp_path).read_bytes(), ("pdf",), "PDF"),
    ):
        with pytest.raises(FileTypeRefused) as refused:
            inspected(tmp_path, make(), name, kinds=kinds)
        assert told in str(refused.value)


def test_wrong_ending_of_a_film_is_a_warning(tmp_path):
    assert FileWarning.EXTENSION_DIFFERS in inspected(tmp_path, films.film(), "a.jpg").warnings
    assert FileWarning.EXTENSION_DIFFERS not in inspected(tmp_path, films.film(), "IMG_0001.MOV").warnings


@pytest.mark.parametrize(
    ("seconds", "number"), [(0.4, 2), (1, 2), (2, 2), (3, 3), (11.9, 11), (12, 12), (13, 12), (180, 12)]
)
def test_stills_are_spread_from_the_first_to_the_last_frame(seconds, number):
    moments = list(range(round(seconds * 10)))
    chosen = chosen_moments(Contents(moments, [0], len(moments)), seconds)
    assert (len(chosen), chosen[0], chosen[-1]) == (number, 0, moments[-1])
    gaps = [later - earlier for earlier, later in pairwise(chosen)]
    assert max(gaps) - min(gaps) <= 1


def test_stills_of_one_frame_are_one():
    assert chosen_moments(Contents([7], [7], 8), 0.1) == [7]


class Stream:
    """What `affordable` looks at."""

    def __init__(self, pixels):
        self.codec_context = self
        self.width, self.height = pixels, 1


def test_key_frames_are_enough_where_decoding_takes_too_long():
    """Two of four stay apart: that is enough of them, so the lower limit counts; of one alone the higher one does."""
    chosen = [0, 30, 60, 99]
    for keys, frames, most in (([0, 40], 1 + 30 + 21 + 39, USUALLY_DECODED), ([0], 1 + 30 + 30 + 39, MOST_DECODED)):
        contents = Contents(list(range(100)), keys, 100)
        assert affordable(chosen, contents, Stream(most // frames)) == chosen
        assert affordable(chosen, contents, Stream(most // frames + 1)) == keys


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (0.99, "0:00"), (59.9, "0:59"), (60, "1:00"), (180.9, "3:00")]
)
def test_time_below_a_still(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (16, 4000), (4000, 16), (64, 48)])
@pytest.mark.parametrize("number", [1, 2, 12])
def test_sheet_fits_a_page_and_enlarges_nothing(size, number):
    page = sheet([Still(Image.new("RGB", size), float(place)) for place in range(number)])
    assert page.width <= 1_700
    assert page.height <= 2_300
    if size == (64, 48) and number == 1:
        assert page.size == (96 + 32, 48 + 36 + 32)


def test_cut_off_is_told_from_the_file_alone(tmp_path):
    data = films.film(container="webm", coding="libvpx")
    live = data.replace(data[data.index(b"\x18S\x80g") + 4 :][:8], b"\x01" + b"\xff" * 7, 1)
    for content, decoder, is_cut in (
        (films.film(), "mov", False),
        (films.film() + b"junk behind it", "mov", False),
        (films.film()[:-1], "mov", True),
        (data, "matroska", False),
        (data[:-1], "matroska", True),
        (live, "matroska", False),
        (live[:-1], "matroska", False),
    ):
        assert is_cut_off(str(films.saved(tmp_path, "a", content)), decoder) == is_cut


def test_pixels_that_are_not_square_are_shown_square(tmp_path):
    data = films.film(ratio=Fraction(2, 1))
    assert (inspected(tmp_path, data).width, inspected(tmp_path, data).height) == (128, 48)
