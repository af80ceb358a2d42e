"""What is made of a picture holds the pixels that were asked for, and nothing else."""

import io
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from evidence.decoder.edits import covering, derive, nearest, upright, whole
from evidence.decoder.request import Request
from evidence.derivations import read_derivation
from evidence.limits import Limits
from evidence.media import MEDIA_TYPES
from evidence.sandbox import decode
from tests.samples import files

SIZE = (61, 37)
BLACK = (0, 0, 0)
SECRET = (250, 10, 250)


def request(path, decoder, change, max_px=1600):
    """What the confined process is asked; here without the process, which is tested elsewhere."""
    bounds = Limits()
    return Request(
        task="derive",
        path=str(path),
        kind="image",
        decoder=decoder,
        max_px=max_px,
        change=change,
        max_pixels=bounds.max_pixels,
        max_pdf_pages=1,
        max_seconds=1,
        max_memory=1,
        max_film_pixels=1,
        max_film_length=1,
    )


def derived(path, decoder, **change):
    _facts, data = derive(request(path, decoder, read_derivation(change).as_data()))
    return Image.open(io.BytesIO(data))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Every pixel has a colour of its own, none of them black."""
    image = Image.new("RGB", SIZE)
    image.putdata([(1 + place % 250, 1 + place // 250, 90) for place in range(SIZE[0] * SIZE[1])])
    path = tmp_path_factory.mktemp("pixels") / "a.png"
    image.save(path)
    return path


fractions = st.floats(0, 1, width=32).map(lambda value: round(value, 6))


@st.composite
def boxes(draw):
    left, right = sorted(draw(st.lists(fractions, min_size=2, max_size=2, unique=True)))
    top, bottom = sorted(draw(st.lists(fractions, min_size=2, max_size=2, unique=True)))
    return [left, top, right, bottom]


LAW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(turns=st.lists(st.sampled_from([90, 180, 270]), min_size=1, max_size=6))
@LAW
def test_turns_add_up_and_four_quarters_are_none(original, tmp_path, turns):
    path = original
    for place, turn in enumerate(turns):
        made = derived(path, "PNG", turn=turn)
        path = tmp_path / f"{place}.png"
        made.save(path)
    want = Image.open(original).rotate(-sum(turns), expand=True)
    assert Image.open(path).tobytes() == want.tobytes()


@given(box=boxes(), turn=st.sampled_from([0, 90, 180, 270]))
@LAW
def test_blacked_out_area_has_one_colour_and_the_rest_its_own(original, box, turn):
    made = derived(original, "PNG", black_out=[box], turn=turn)
    plain = Image.open(original).rotate(-turn, expand=True)
    inside = covering(box, plain.size)
    assert made.crop(inside).getcolors() == [((inside[2] - inside[0]) * (inside[3] - inside[1]), BLACK)]
    assert inside[0] <= box[0] * plain.width
    assert inside[2] >= box[2] * plain.width
    plain.paste(BLACK, inside)
    assert made.tobytes() == plain.tobytes()


@given(box=boxes())
@LAW
def test_crop_keeps_what_is_inside(original, box):
    made = derived(original, "PNG", crop=box) if box != [0, 0, 1, 1] else Image.open(original)
    assert made.tobytes() == Image.open(original).crop(nearest(box, SIZE)).tobytes()
    assert min(made.size) >= 1


@given(first=boxes(), second=boxes(), crop=boxes())
@LAW
def test_order_of_rectangles_changes_nothing(original, first, second, crop):
    one = derive(request(original, "PNG", read_derivation({"black_out": [first, second], "crop": crop}).as_data()))
    other = derive(request(original, "PNG", read_derivation({"black_out": [second, first], "crop": crop}).as_data()))
    assert one == other


@pytest.mark.parametrize("orientation", range(1, 9))
def test_fractions_are_of_the_upright_picture(tmp_path, orientation):
    """As the person saw it: red top left, blue bottom right, whatever EXIF says."""
    made = derived(files.oriented_jpeg(tmp_path, orientation), "JPEG", crop=[0, 0, 0.2, 0.2], turn=0)
    assert made.size == (80, 60)
    assert made.getpixel((20, 20)) == pytest.approx(files.RED, abs=30)


def test_turn_comes_before_the_rectangles(tmp_path):
    """The red quarter lies top right once turned clockwise."""
    made = derived(files.png(tmp_path, 400, 300), "PNG", turn=90, crop=[0.8, 0, 1, 0.2])
    assert made.size == (60, 80)
    assert made.getpixel((30, 40)) == files.RED


def secretive_jpeg(folder):
    """A photo of one colour, with a thumbnail, a place, a comment and XMP that show it as well."""
    image = Image.new("RGB", (320, 240), SECRET)
    exif = Image.Exif()
    exif[0x010E], exif[0x010F] = "SECRET-WORDS", "SECRET-MAKER"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
    thumbnail = files.encoded(Image.new("RGB", (160, 120), SECRET), "JPEG")
    options = {"exif": exif.tobytes() + thumbnail, "comment": b"SECRET-WORDS", "xmp": b"<x>SECRET-WORDS</x>"}
    return files.write(folder, "secret.jpg", files.encoded(image, "JPEG", **options))


@pytest.mark.parametrize(
    ("make", "media_type", "made_as"),
    [
        (secretive_jpeg, "image/jpeg", "JPEG"),
        (files.heic, "image/heic", "JPEG"),
        (files.webp, "image/webp", "JPEG"),
        (files.png, "image/png", "PNG"),
        (files.palette_png, "image/png", "PNG"),
        (files.deep_png, "image/png", "PNG"),
        (files.gif, "image/gif", "PNG"),
        (files.animated_gif, "image/gif", "PNG"),
        (files.cmyk_jpeg, "image/jpeg", "JPEG"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_nothing_but_pixels_is_left(tmp_path, make, media_type, made_as):
    """In the confined process: no EXIF thumbnail, no text, no transparency, no second frame, no profile."""
    change = read_derivation({"black_out": [[0.25, 0.25, 0.75, 0.75]]}).as_data()
    path = make(tmp_path)
    facts, data = decode("derive", path, media=MEDIA_TYPES[media_type], limits=Limits(), change=change)
    made = Image.open(io.BytesIO(data))
    assert (made.format, made.mode, made.size) == (made_as, "RGB", (facts["width"], facts["height"]))
    assert not set(made.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert not made.getexif()
    assert getattr(made, "n_frames", 1) == 1
    assert b"SECRET" not in data
    margin = 16 if made_as == "JPEG" else 0
    inner = (
        made.width // 4 + margin,
        made.height // 4 + margin,
        made.width * 3 // 4 - margin,
        made.height * 3 // 4 - margin,
    )
    assert made.crop(inner).getcolors() == [((inner[2] - inner[0]) * (inner[3] - inner[1]), BLACK)]


def test_lossless_webp_stays_exact(tmp_path):
    data = files.encoded(files.photo(200, 100), "WEBP", lossless=True)
    made = derived(files.write(tmp_path, "a.webp", data), "WEBP", turn=180)
    assert made.format == "PNG"
    assert made.tobytes() == files.photo(200, 100).rotate(180).tobytes()


def test_what_is_transparent_is_white_as_it_was_shown(tmp_path):
    made = derived(files.palette_png(tmp_path), "PNG", turn=180)
    assert (made.getpixel((10, 50)), made.getpixel((190, 50))) == (files.RED, (255, 255, 255))


def swapped_profile():
    """A profile of the screen's colours in which red and green have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ", 128), profile.index(b"gXYZ", 128)
    places = [struct.unpack(">II", profile[at + 4 : at + 12]) for at in (red, green)]
    for at, place in zip((red, green), places[::-1], strict=True):
        profile[at + 4 : at + 12] = struct.pack(">II", *place)
    return bytes(profile)


def test_colours_are_those_that_the_profile_says(tmp_path):
    image = Image.new("RGB", (64, 64), (200, 20, 20))
    path = files.write(tmp_path, "a.png", files.encoded(image, "PNG", icc_profile=swapped_profile()))
    assert derived(path, "PNG", turn=90).getpixel((9, 9)) == pytest.approx((20, 200, 20), abs=12)


@pytest.mark.parametrize("profile", [b"nonsense", bytes(128)])
def test_broken_profile_spoils_no_picture(tmp_path, profile):
    path = files.write(tmp_path, "a.png", files.encoded(Image.new("RGB", (64, 64), SECRET), "PNG", icc_profile=profile))
    assert derived(path, "PNG", turn=90).getpixel((9, 9)) == SECRET


def test_profile_of_other_colours_spoils_no_picture(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    path = files.write(tmp_path, "a.png", files.encoded(Image.new("RGB", (64, 64), SECRET), "PNG", icc_profile=profile))
    assert upright(request(path, "PNG", {})).mode == "RGB"


@pytest.mark.parametrize(
    ("size", "seen"),
    [((400, 300), (400, 300)), ((3200, 1600), (1600, 800)), ((100, 2000), (100, 2000)), ((1080, 1200), (1080, 1200))],
)
def test_picture_to_edit_by_is_whole(tmp_path, size, seen):
    path = files.write(tmp_path, "a.png", files.flat_png(*size))
    _facts, data = whole(request(path, "PNG", {}))
    assert Image.open(io.BytesIO(data)).size == seen
