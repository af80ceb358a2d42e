"""Every odd file that is taken goes into a packet as a person sees it, and nothing that acts goes with it."""

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from PIL import Image

from aftersales.policy_appeals import Destination
from aftersales.policy_parts import Words
from appeals.packets.build import PacketResult
from appeals.packets.content import PacketContent, Piece
from appeals.packets.destinations import build_for
from evidence.media import MEDIA_TYPES
from evidence.names import clean_name
from tests.appeals.packets.contents import content_of, piece_of
from tests.hostile.catalogue import ODD_FILES
from tests.hostile.odd_file import WHITE, Accepted, Colour
from tests.hostile.seen import count_pages, drawn_pages, evidence_box, quarters_of
from tests.samples.names import HOSTILE_NAMES

# Pillow says what it thinks of broken notes in a picture.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Corrupt EXIF data"),
    # WeasyPrint leaves its colour profile open.
    pytest.mark.filterwarnings("ignore:.*sRGB2014:pytest.PytestUnraisableExceptionWarning"),
]

WORDS = Words(zh="材料", en="packet")
PDF = Destination(code="pdf", name=WORDS, says=WORDS, form="pdf")
ARCHIVE = Destination(code="archive", name=WORDS, says=WORDS, form="archive")
IMAGES = Destination(code="images", name=WORDS, says=WORDS, form="images", images_max=3, refuse_bytes=1_000_000)
NAMES_OF_TYPES = {media.extension: media.name for media in MEDIA_TYPES.values()}
LONGEST = "pages-500.pdf"
TAKEN = [name for name, file in ODD_FILES.items() if isinstance(file.expected, Accepted) and name != LONGEST]
# One of each kind, for what is built from files in another way each time.
CHOSEN = (
    *("exif-turn-5.jpg", "exif-turn-6.png", "exif-turn-8.webp", "turn-7.heic", "exif-noise.png", "xmp-turn-6.jpg"),
    *("cmyk-adobe.jpg", "cmyk-plain.jpg", "cmyk-ycck.jpg", "grey-16bit.png", "grey-16bit-clear.png"),
    *("palette-half-clear.png", "alpha.png", "alpha-lossy.webp", "profile-wide.jpg", "profile-noise.jpg"),
    *("padded-marks.jpg", "interlaced.png", "moving.gif", "deep.heic", "clear.heic", "zip-behind.jpg"),
    *("no-changes.pdf", "form-filled.pdf", "invoice-with-data.pdf", "note-on-screen.pdf", "crop.pdf", "turn-90.pdf"),
    *("layer-hidden.pdf", "shining-through.pdf", "picture-jbig2.pdf", "index-of-wrong-places.pdf"),
)
# Three to a form, each on a picture of its own.
FOR_FORMS = (
    ("exif-turn-6.png", "exif-noise.png", "cmyk-plain.jpg"),
    ("grey-16bit-clear.png", "alpha.png", "profile-wide.jpg"),
    ("deep.heic", "moving.gif", "note-on-screen.pdf"),
    ("crop.pdf", "layer-hidden.pdf", "turn-90.pdf"),
)
ACTIVE = {
    *("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/AcroForm", "/XFA", "/RichMedia", "/FileAttachment"),
    *("/SubmitForm", "/OCProperties"),
}
FILES_INSIDE = {"/EmbeddedFiles", "/EmbeddedFile", "/Filespec", "/AF"}


class Built(NamedTuple):
    path: Path
    content: PacketContent
    result: PacketResult


def piece_for(name: str, path: Path, number: int) -> Piece:
    return replace(piece_of(path, number), media_type=NAMES_OF_TYPES[ODD_FILES[name].extension], caption=name)


def build(destination: Destination, content: PacketContent, folder: Path) -> Built:
    output = folder / f"{destination.code}.out"
    result = build_for(destination, content, output=output, work_dir=folder, progress=lambda *_steps: None)
    return Built(output, content, result)


def contents(written: Callable[[str], Path], names: list[str]) -> PacketContent:
    return content_of(tuple(piece_for(name, written(name), number) for number, name in enumerate(names, start=1)))


@pytest.fixture(scope="session")
def whole(written, tmp_path_factory) -> Built:
    """All files that are taken, in one packet."""
    return build(PDF, contents(written, TAKEN), tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def archive(written, tmp_path_factory) -> Built:
    """The chosen files, under names as attackers send them."""
    content = contents(written, list(CHOSEN))
    pieces = tuple(
        replace(piece, original_name=clean_name(name))
        for piece, name in zip(content.pieces, cycle(HOSTILE_NAMES), strict=False)
    )
    return build(ARCHIVE, replace(content, pieces=pieces), tmp_path_factory.mktemp("built"))


@pytest.fixture(params=["whole", "archive"])
def packet(request) -> Built:
    return request.getfixturevalue(request.param)


def unlike(found: list[Colour], expected: Accepted) -> bool:
    return any(
        abs(level - wanted) > expected.tolerance
        for colour, looks in zip(found, expected.looks, strict=bool(expected.looks))
        for level, wanted in zip(colour, looks, strict=True)
    )


def first_pages(packet: Built) -> dict[str, int]:
    """Of each piece by its caption, which here is the odd file's name; from 0."""
    return {piece["caption"]: piece["first_page"] - 1 for piece in packet.result.manifest["pieces"]}


def names_in(path: Path, folder: Path) -> set[str]:
    """Every name in a PDF's dictionaries, at whatever depth."""
    spelt_out = folder / "spelt-out.json"
    subprocess.run(["qpdf", "--json", "--json-stream-data=none", path, spelt_out], check=True)
    return set(re.findall(r'"(/[A-Za-z0-9]+)"', spelt_out.read_text("utf-8")))


def test_packet_of_odd_files_passes_qpdf(packet):
    checked = subprocess.run(["qpdf", "--check", packet.path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stdout + checked.stderr


def pages_to_draw(packet: Built) -> list[int]:
    """All but those between the first and the last of a picture, which are parts of the same one."""
    between = {
        page - 1
        for piece in packet.result.manifest["pieces"]
        if not ODD_FILES[piece["caption"]].is_pdf
        for page in range(piece["first_page"] + 1, piece["last_page"])
    }
    return [page for page in range(packet.result.pages) if page not in between]


def test_every_page_opens_and_shows_each_file_upright_in_its_colours(packet):
    assert count_pages(packet.path) == packet.result.pages
    drawn = drawn_pages(packet.path, pages_to_draw(packet))
    wrong = {}
    with pikepdf.open(packet.path) as document:
        for name, page in first_pages(packet).items():
            expected = ODD_FILES[name].expected
            found = quarters_of(drawn[page], evidence_box(document.pages[page]))
            if expected.looks and unlike(found, expected):
                wrong[name] = found
    assert not wrong


def test_every_page_of_every_pdf_is_there(packet):
    counts = {
        piece["caption"]: piece["last_page"] - piece["first_page"] + 1 for piece in packet.result.manifest["pieces"]
    }
    assert {name: count for name, count in counts.items() if ODD_FILES[name].is_pdf} == {
        name: ODD_FILES[name].expected.pages for name in counts if ODD_FILES[name].is_pdf
    }


def test_nothing_that_acts_is_in_the_packet(packet, tmp_path):
    found = names_in(packet.path, tmp_path)
    assert "/Page" in found
    assert not found & ACTIVE
    assert bool(found & FILES_INSIDE) == (packet.result.manifest["report"]["form"] == "archive")


def test_what_was_hidden_behind_a_picture_stays_behind(whole):
    data = whole.path.read_bytes()
    assert b"run.exe" not in data
    assert b"document.domain" not in data
    assert b"ftypmp42" not in data


def test_names_of_the_files_in_an_archive_are_harmless(archive):
    with pikepdf.open(archive.path) as document:
        names = list(document.attachments)
    assert len(names) == len(CHOSEN) + 1  # and the list of them
    for name in names:
        own = re.sub(r"^\d{3}-", "", name)
        assert clean_name(own) == own
        assert len(name.encode()) < 256


@pytest.mark.parametrize("destination", [PDF, ARCHIVE], ids=lambda destination: destination.code)
def test_same_files_give_the_same_bytes(written, tmp_path, destination):
    content = contents(written, list(CHOSEN[::8]))
    first, second = (build(destination, content, tmp_path) for _time in range(2))
    assert first.result.sha256 == second.result.sha256


def test_five_hundred_pages_stay_five_hundred(written, tmp_path):
    packet = build(PDF, contents(written, [LONGEST]), tmp_path)
    assert count_pages(packet.path) == packet.result.pages > 500


@pytest.mark.parametrize("names", FOR_FORMS, ids=" ".join)
def test_pictures_for_a_form_are_small_and_upright(written, tmp_path, names):
    built = build(IMAGES, contents(written, list(names)), tmp_path)
    with zipfile.ZipFile(built.path) as archive:
        assert archive.testzip() is None
        pictures = [archive.read(entry) for entry in sorted(archive.namelist())]
    assert len(pictures) == len(names)
    for name, data in zip(names, pictures, strict=True):
        assert len(data) <= IMAGES.refuse_bytes
        with Image.open(BytesIO(data)) as image:
            assert image.format in ("JPEG", "PNG")
            assert not image.getexif()
            check_corners(image.convert("RGB"), ODD_FILES[name].expected)


def check_corners(image: Image.Image, expected: Accepted) -> None:
    """Each colour is where it belongs among the others, wherever on the picture they lie."""
    small = image.resize((60, 60 * image.height // image.width))
    data = small.tobytes()
    colours = list(dict.fromkeys(colour for colour in expected.looks if colour != WHITE))
    places: dict[Colour, list[tuple[int, int]]] = {colour: [] for colour in colours}
    for number in range(small.width * small.height):
        seen = data[3 * number : 3 * number + 3]
        for colour in colours:
            if all(abs(level - wanted) <= expected.tolerance + 12 for level, wanted in zip(seen, colour, strict=True)):
                places[colour].append(divmod(number, small.width)[::-1])
    assert all(len(found) > 40 for found in places.values())
    if len(colours) > 2:
        upper_left, upper_right, lower_left = (middle(places[colour]) for colour in expected.looks[:3])
        assert upper_left[0] < upper_right[0] - 5
        assert upper_left[1] < lower_left[1] - 5


def middle(places: list[tuple[int, int]]) -> tuple[float, float]:
    return sum(x for x, _y in places) / len(places), sum(y for _x, y in places) / len(places)
