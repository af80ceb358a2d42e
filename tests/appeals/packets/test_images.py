"""Pictures as a platform's form takes them: so many, of so many bytes each, and legible. PD-47, A11."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from appeals.errors import PacketError
from appeals.packet_reports import packet_report
from appeals.packets.build import PacketResult
from appeals.packets.destinations import build_for
from appeals.packets.figures import LEGIBLE, Kind, figures_of
from tests.appeals.packets.contents import content_of, film_of, piece_of
from tests.appeals.packets.picture_sets import (
    FORM,
    TICKET,
    colour,
    is_blue,
    is_red,
    noise,
    pictures,
    screen,
    set_of,
)
from tests.samples import files, pdf_files


@pytest.fixture(scope="module")
def tall(tmp_path_factory) -> Path:
    """A scrolled chat, three pages of a packet long."""
    return screen(tmp_path_factory.mktemp("tall"), size=(600, 3600))


def test_few_pictures_stay_by_themselves(tmp_path):
    """PD-47: three pictures fit, and nothing else is in the file."""
    archive, result = set_of(TICKET, tmp_path, files.jpeg(tmp_path), screen(tmp_path), noise(tmp_path))
    assert [name.partition("-")[0] for name in archive.namelist()] == ["01", "02", "03"]
    assert result.pages == 3
    assert all(file["byte_size"] <= 1_000_000 for file in result.manifest["files"])
    assert not any(file["is_extra"] for file in result.manifest["files"])


def test_same_content_gives_the_same_bytes(tmp_path):
    paths = [files.jpeg(tmp_path), screen(tmp_path, size=(540, 900)), noise(tmp_path), files.heic(tmp_path)]
    first = set_of(TICKET, tmp_path, *paths)[1]
    assert set_of(TICKET, tmp_path, *paths)[1] == first


def test_small_photo_keeps_its_quality_and_loses_its_metadata(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    path = tmp_path / "photo.jpg"
    files.photo(640, 480).save(path, quality=88, exif=exif, comment=b"13812345678")
    archive, result = set_of(TICKET, tmp_path, path)
    data = archive.read(archive.namelist()[0])
    assert b"Phone" not in data
    assert b"13812345678" not in data
    assert result.manifest["report"]["pieces"][0]["quality"] == 0
    assert abs(len(data) - path.stat().st_size) < 1000


def test_screenshot_that_is_smaller_as_a_png_stays_one(tmp_path):
    archive, result = set_of(TICKET, tmp_path, screen(tmp_path))
    (picture,) = pictures(archive)
    assert (picture.format, picture.size) == ("PNG", (1080, 2340))
    assert archive.namelist()[0].endswith(".png")
    assert result.manifest["files"][0]["media_type"] == "image/png"


def test_screenshot_that_is_larger_as_a_png_is_a_jpeg_with_all_colours(tmp_path):
    """4:4:4: coloured letters keep their edges."""
    path = tmp_path / "screen.png"
    Image.open(noise(tmp_path)).save(path)
    (picture,) = pictures(set_of(TICKET, tmp_path, path)[0])
    assert picture.format == "JPEG"
    assert {sampling[1:3] for sampling in picture.layer} == {(1, 1)}


def test_large_photo_loses_quality_first_and_then_size(tmp_path):
    small = set_of(TICKET, tmp_path, noise(tmp_path, size=(1300, 1000)))[1].manifest["report"]["pieces"][0]
    assert (small["scale"], 60 <= small["quality"] < 92) == (100, True)
    large = set_of(TICKET, tmp_path, noise(tmp_path, size=(1800, 1300)))[1].manifest["report"]["pieces"][0]
    assert (large["quality"], large["scale"] < 100) == (60, True)
    assert large["width"] >= LEGIBLE[Kind.PHOTO].floor


def test_many_pictures_share_sheets_and_none_is_lost(tmp_path):
    """PD-47: the twelfth picture is in the third sheet, with its number and its caption."""
    paths = [noise(tmp_path, f"{n}.jpg", size=(900, 675), seed=n) for n in range(6)]
    archive, result = set_of(TICKET, tmp_path, *paths)
    assert [file["pieces"] for file in result.manifest["files"]] == [[1, 2], [3, 4], [5, 6]]
    assert all(file["byte_size"] <= 1_000_000 for file in result.manifest["files"])
    for piece, picture in zip(result.manifest["report"]["pieces"], [1, 1, 2, 2, 3, 3], strict=True):
        assert piece["pictures"] == [picture]
        assert piece["width"] >= 800
    names = archive.namelist()
    assert names == ["01-凭证1-2.jpg", "02-凭证3-4.jpg", "03-凭证5-6.jpg"]


def test_form_with_a_second_place_takes_three_more(tmp_path):
    paths = [files.jpeg(tmp_path).rename(tmp_path / f"{n}.jpg") for n in range(1, 6)]
    archive, result = set_of(FORM, tmp_path, *paths)
    assert [file["is_extra"] for file in result.manifest["files"]] == [False] * 3 + [True] * 2
    assert [len(Path(name).parts) for name in archive.namelist()] == [1, 1, 1, 2, 2]


def test_tall_chat_is_cut_into_columns_and_stays_legible(tmp_path, tall):
    paths = [tall, *[files.jpeg(tmp_path).rename(tmp_path / f"{n}.jpg") for n in range(3)]]
    archive, result = set_of(TICKET, tmp_path, *paths)
    chat = result.manifest["report"]["pieces"][0]
    assert chat["pictures"] == [1]
    assert chat["parts"] == 3
    assert chat["width"] >= LEGIBLE[Kind.PHONE].floor
    assert max(picture.height / picture.width for picture in pictures(archive)) < 2.3


def test_parts_of_a_tall_chat_show_all_of_it(tmp_path, tall):
    figures = figures_of(piece_of(tall), work_dir=tmp_path)
    assert [(figure.part, figure.parts) for figure in figures] == [(1, 3), (2, 3), (3, 3)]
    assert 3600 <= sum(figure.height for figure in figures) <= 3600 * 1.05
    drawn = [figure.draw(figure.size(1.0)) for figure in figures]
    with Image.open(tall) as whole:
        assert drawn[0].crop((0, 0, 600, 200)).tobytes() == whole.crop((0, 0, 600, 200)).tobytes()
        assert drawn[-1].crop((0, figures[-1].height - 200, 600, figures[-1].height)).tobytes() == (
            whole.crop((0, 3400, 600, 3600)).tobytes()
        )


def test_pages_of_a_pdf_are_drawn(tmp_path):
    archive, result = set_of(TICKET, tmp_path, pdf_files.letter(tmp_path, pages=2), files.jpeg(tmp_path))
    first, second, _photo = pictures(archive)
    assert is_red(colour(first, 0.5, 0.05))
    assert is_blue(colour(second, 0.5, 0.95))
    assert max(first.size) >= LEGIBLE[Kind.PAGE].floor
    assert result.manifest["report"]["pieces"][0]["pictures"] == [1, 2]


def test_film_is_shown_by_its_stills_and_handed_in_beside(tmp_path):
    """2B: the form takes films of its own."""
    content = content_of((film_of(tmp_path, 1), piece_of(files.jpeg(tmp_path), 2)))
    output = tmp_path / "pictures.zip"
    result = build_for(TICKET, content, output=output, work_dir=tmp_path, progress=lambda *_step: None)
    assert zipfile.ZipFile(output).namelist()[0].endswith((".jpg", ".png"))
    assert result.manifest["report"]["warnings"] == [{"code": "film_beside", "pieces": [1]}]
    report = packet_report(result.manifest)
    assert report is not None
    assert len(report.warnings) == 1


def test_small_picture_is_not_blown_up(tmp_path):
    paths = [files.jpeg(tmp_path, 120, 90).rename(tmp_path / f"{n}.jpg") for n in range(4)]
    _archive, result = set_of(TICKET, tmp_path, *paths)
    assert {piece["width"] for piece in result.manifest["report"]["pieces"]} == {120}


def test_strip_is_not_made_a_line(tmp_path):
    (picture,) = pictures(set_of(TICKET, tmp_path, files.wide_strip(tmp_path))[0])
    assert picture.height == 200


def test_more_than_stays_legible_is_refused_with_a_way_out(tmp_path):
    """Never below the floor, never a page less."""
    path = pdf_files.letter(tmp_path, pages=13)
    with pytest.raises(PacketError) as refused:
        set_of(TICKET.model_copy(update={"images_max": 1}), tmp_path, path)
    assert refused.value.error_code == "packet_does_not_fit"
    assert "13" in str(refused.value)
    assert not (tmp_path / "pictures.zip").exists()


def sized(folder: Path, most: int, refused: int | None) -> PacketResult:
    limits = TICKET.model_copy(update={"images_max": 1, "warn_bytes": most, "refuse_bytes": refused})
    return set_of(limits, folder, noise(folder, size=(800, 600)))[1]


def test_picture_between_the_limits_is_taken_with_a_warning(tmp_path):
    """A11: taken up to 1,000,000; warned up to 1,048,576 where it cannot be made smaller; refused above."""
    size = sized(tmp_path, 10, None).byte_size - 1000
    exact = sized(tmp_path, 10, None).manifest["files"][0]["byte_size"]
    assert size < exact
    assert sized(tmp_path, exact, exact).manifest["report"]["warnings"] == []
    heavy = sized(tmp_path, exact - 1, exact)
    assert heavy.manifest["report"]["warnings"] == [{"code": "heavy", "pictures": [1], "bytes": exact - 1}]
    assert heavy.manifest["files"][0]["byte_size"] == exact
    with pytest.raises(PacketError):
        sized(tmp_path, exact - 2, exact - 1)


def test_fewer_than_the_form_needs_are_refused(tmp_path):
    needy = TICKET.model_copy(update={"images_min": 2})
    with pytest.raises(PacketError) as refused:
        set_of(needy, tmp_path, files.jpeg(tmp_path))
    assert refused.value.error_code == "packet_needs_more"


@pytest.mark.parametrize("make", [files.truncated_jpeg, files.truncated_png, files.flipped_bits_png])
def test_file_that_cannot_be_read_is_named(tmp_path, make):
    with pytest.raises(PacketError) as refused:
        set_of(TICKET, tmp_path, files.jpeg(tmp_path), make(tmp_path))
    assert refused.value.error_code == "packet_file_unusable"
    assert list(refused.value.fields) == ["piece_2"]


def test_file_that_was_altered_is_refused(tmp_path):
    piece = replace(piece_of(files.jpeg(tmp_path)), sha256="0" * 64)
    with pytest.raises(PacketError) as refused:
        build_for(
            TICKET,
            content_of((piece,)),
            output=tmp_path / "o.zip",
            work_dir=tmp_path,
            progress=lambda *_step: None,
        )
    assert refused.value.error_code == "packet_file_altered"


def test_names_are_harmless_and_masked(tmp_path):
    piece = piece_of(files.jpeg(tmp_path), 1, caption="../聊天:记录\\ 13812345678 <王>\n二")
    output = tmp_path / "o.zip"
    for is_masked, shown in ((True, "138****5678"), (False, "13812345678")):
        content = replace(content_of((piece,)), is_masked=is_masked)
        build_for(TICKET, content, output=output, work_dir=tmp_path, progress=lambda *_step: None)
        (name,) = zipfile.ZipFile(output).namelist()
        assert shown.replace("*", "") in name
        assert not set(name) & set('/\\:<>*"|?\n ')
    assert name.endswith(".jpg")


def test_report_says_what_was_reduced(tmp_path, tall):
    paths = [tall, noise(tmp_path, size=(1200, 900)), *[files.heic(tmp_path)] * 2]
    report = packet_report(set_of(TICKET, tmp_path, *paths)[1].manifest)
    assert report is not None
    assert report.files == 3
    assert [piece.number for piece in report.pieces] == [1, 2, 3, 4]
    assert all(piece.says for piece in report.pieces)
