"""What is accepted as evidence, what is refused, and what the refusal tells the person to do."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from evidence.checks import FileWarning, Limits, inspect
from evidence.errors import (
    DamagedFile,
    EmptyFile,
    FileTooComplex,
    FileTooLarge,
    FileTypeRefused,
    ImageTooSmall,
    LockedFile,
    PrintingForbidden,
    TooManyPages,
    TooManyPixels,
)
from tests.samples import files, pdf_files

ROOT = Path(__file__).parents[2]


def inspected(path, limits=None):
    return inspect(path, name=path.name, limits=limits)


@pytest.mark.parametrize(
    ("make", "media_type", "extension"),
    [
        (files.jpeg, "image/jpeg", "jpg"),
        (files.png, "image/png", "png"),
        (files.webp, "image/webp", "webp"),
        (files.gif, "image/gif", "gif"),
    ],
)
def test_picture_is_accepted(tmp_path, make, media_type, extension):
    path = make(tmp_path)
    found = inspected(path)
    assert (found.media_type, found.extension) == (media_type, extension)
    assert (found.width, found.height, found.pages) == (640, 480, 1)
    assert found.byte_size == path.stat().st_size
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.warnings == ()


def test_heic_is_accepted(tmp_path):
    found = inspected(files.heic(tmp_path))
    assert (found.media_type, found.width, found.height, found.warnings) == ("image/heic", 400, 300, ())


def test_heic_under_its_generic_brand_is_accepted(tmp_path):
    data = files.heic(tmp_path).read_bytes()
    path = files.write(tmp_path, "generic.heic", data.replace(b"ftypheic", b"ftypmif1", 1))
    assert inspected(path).media_type == "image/heic"


@pytest.mark.parametrize(
    "make", [files.cmyk_jpeg, files.deep_png, files.palette_png, files.phone_jpeg, files.chat_screenshot]
)
def test_unusual_picture_is_accepted(tmp_path, make):
    assert inspected(make(tmp_path)).warnings == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_is_as_shown_for_every_orientation(tmp_path, orientation):
    found = inspected(files.oriented_jpeg(tmp_path, orientation))
    assert (found.width, found.height) == (400, 300)


@pytest.mark.parametrize("make", [files.animated_gif, files.animated_webp])
def test_animation_is_accepted_with_a_warning(tmp_path, make):
    assert FileWarning.ANIMATED in inspected(make(tmp_path)).warnings


@pytest.mark.parametrize("kind", files.REFUSED_TYPES)
def test_other_type_is_refused_with_what_is_accepted(tmp_path, kind):
    with pytest.raises(FileTypeRefused) as refusal:
        inspected(files.refused_type(tmp_path, kind))
    assert refusal.value.status == 415
    assert "JPEG / PNG / WebP / GIF / HEIC / PDF" in str(refusal.value)
    assert "{" not in str(refusal.value)
    assert set(refusal.value.fields) == {"file"}


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "letter.pdf"])
def test_script_is_refused_under_any_name(tmp_path, name):
    _name, data = files.REFUSED_TYPES["html"]()
    with pytest.raises(FileTypeRefused):
        inspected(files.write(tmp_path, name, data))


def test_wrong_ending_is_a_warning_and_the_content_wins(tmp_path):
    found = inspect(files.png(tmp_path), name="photo.jpg")
    assert (found.media_type, found.extension) == ("image/png", "png")
    assert found.warnings == (FileWarning.EXTENSION_DIFFERS,)


@pytest.mark.parametrize("name", ["photo.jpg", "photo.JPEG", "photo.jfif", "photo", "退款凭证.jpg"])
def test_usual_or_missing_ending_is_no_warning(tmp_path, name):
    assert inspect(files.jpeg(tmp_path), name=name).warnings == ()


@pytest.mark.parametrize(
    "make",
    [
        files.truncated_jpeg,
        files.truncated_png,
        files.truncated_heic,
        files.flipped_bits_png,
        files.header_only_jpeg,
        pdf_files.broken,
        pdf_files.corrupt_page,
        pdf_files.no_pages,
    ],
)
def test_damaged_file_is_refused(tmp_path, make):
    with pytest.raises(DamagedFile) as refusal:
        inspected(make(tmp_path))
    assert refusal.value.status == 422


def test_half_a_photo_is_refused_where_the_pdf_writer_is_loaded(tmp_path):
    # WeasyPrint makes Pillow accept truncated pictures in the whole process.
    code = (
        "import weasyprint, django, sys; from pathlib import Path; from django.conf import settings\n"
        "settings.configure(); django.setup()\n"
        "from PIL import ImageFile; from evidence.checks import inspect; from evidence.errors import DamagedFile\n"
        "assert ImageFile.LOAD_TRUNCATED_IMAGES\n"
        "try: inspect(Path(sys.argv[1]), name='x.jpg')\n"
        "except DamagedFile: print('refused')\n"
    )
    path = files.truncated_jpeg(tmp_path)
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"refused"


def test_empty_file_is_refused(tmp_path):
    with pytest.raises(EmptyFile):
        inspected(files.empty(tmp_path))


def test_file_over_its_limit_is_refused_with_both_sizes(tmp_path):
    path = files.jpeg(tmp_path)
    size = path.stat().st_size
    assert inspected(path, Limits(max_bytes=size)).byte_size == size
    with pytest.raises(FileTooLarge, match=r"14\.1 KB.*14 KB") as refusal:
        inspected(path, Limits(max_bytes=14_000))
    assert refusal.value.status == 413


@pytest.mark.parametrize("make", [files.png_bomb, files.oversized_png, files.boastful_png])
def test_pixel_bomb_is_refused_before_it_is_decoded(tmp_path, make):

    with pytest.raises(TooManyPixels, match="64") as refusal:
        inspected(make(tmp_path))
    assert refusal.value.status == 413


def test_pixel_limit_is_exact(tmp_path):
    path = files.png(tmp_path)
    assert inspected(path, Limits(max_pixels=640 * 480)).width == 640
    with pytest.raises(TooManyPixels):
        inspected(path, Limits(max_pixels=640 * 480 - 1))


def test_largest_allowed_picture_fits_in_the_memory_limit(tmp_path):
    path = files.write(tmp_path, "large.png", files.flat_png(8_000, 8_000))
    assert inspected(path).width == 8_000


def test_text_chunk_bomb_is_refused(tmp_path):
    with pytest.raises(DamagedFile):
        inspected(files.text_chunk_bomb_png(tmp_path))


def test_tracking_pixel_is_refused(tmp_path):
    with pytest.raises(ImageTooSmall, match="1 × 1"):
        inspected(files.tiny_png(tmp_path))


def test_small_picture_is_accepted_with_a_warning(tmp_path):
    assert inspected(files.jpeg(tmp_path, 64, 48)).warnings == (FileWarning.SMALL_IMAGE,)


def test_page_behind_a_jpeg_is_a_warning(tmp_path):
    found = inspected(files.polyglot_jpeg(tmp_path))
    assert found.media_type == "image/jpeg"
    assert set(found.warnings) == {FileWarning.EXTENSION_DIFFERS, FileWarning.HIDDEN_DATA}


def test_archive_behind_a_png_is_a_warning(tmp_path):
    assert inspected(files.polyglot_png(tmp_path)).warnings == (FileWarning.HIDDEN_DATA,)


def test_motion_photo_is_no_warning(tmp_path):
    assert inspected(files.motion_photo(tmp_path)).warnings == ()


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (pdf_files.letter, (595, 842)),
        (pdf_files.landscape, (842, 595)),
        (pdf_files.rotated, (842, 595)),
        (pdf_files.with_links, (595, 842)),
        (pdf_files.with_padding, (595, 842)),
    ],
)
def test_pdf_is_accepted(tmp_path, make, size):
    found = inspected(make(tmp_path))
    assert (found.media_type, found.extension, found.pages) == ("application/pdf", "pdf", 1)
    assert (found.width, found.height) == size
    assert found.warnings == ()


def test_page_limit_is_exact(tmp_path):
    assert inspected(pdf_files.many_pages(tmp_path, 500)).pages == 500
    with pytest.raises(TooManyPages, match="500"):
        inspected(pdf_files.many_pages(tmp_path, 501))


def test_pdf_with_password_is_refused(tmp_path):
    with pytest.raises(LockedFile):
        inspected(pdf_files.encrypted(tmp_path))


def test_pdf_that_forbids_printing_is_refused(tmp_path):
    with pytest.raises(PrintingForbidden):
        inspected(pdf_files.restricted(tmp_path, can_print=False))


def test_pdf_that_forbids_changes_only_is_accepted_and_can_be_merged(tmp_path):
    path = pdf_files.restricted(tmp_path, can_print=True)
    assert inspected(path).warnings == (FileWarning.RESTRICTED_PDF,)
    merged = tmp_path / "merged.pdf"
    pikepdf.Job(["qpdf", "--empty", "--pages", str(path), "--", str(merged)]).run()
    with pikepdf.open(merged) as pdf:
        assert len(pdf.pages) == 1
        assert not pdf.is_encrypted


@pytest.mark.parametrize("make", [pdf_files.scripted, pdf_files.with_button])
def test_pdf_with_scripts_or_files_is_accepted_with_a_warning(tmp_path, make):
    assert inspected(make(tmp_path)).warnings == (FileWarning.ACTIVE_PDF,)


def test_pdf_with_a_lost_index_is_accepted_with_a_warning(tmp_path):
    assert inspected(pdf_files.without_index(tmp_path)).warnings == (FileWarning.REPAIRED_PDF,)


def test_huge_page_is_accepted_with_a_warning(tmp_path):
    found = inspected(pdf_files.huge_page(tmp_path))
    assert (found.width, found.warnings) == (200_000, (FileWarning.HUGE_PAGE,))


def test_picture_bomb_in_a_pdf_is_refused(tmp_path):
    with pytest.raises(TooManyPixels):
        inspected(pdf_files.image_bomb(tmp_path))


def test_drawing_bomb_in_a_pdf_is_stopped_by_the_memory_limit(tmp_path):
    with pytest.raises(FileTooComplex):
        inspected(pdf_files.stream_bomb(tmp_path), Limits(max_memory=700_000_000))


def test_endless_pdf_is_stopped_by_the_time_limit(tmp_path):
    with pytest.raises(FileTooComplex):
        inspected(pdf_files.endless(tmp_path), Limits(max_seconds=2))


def test_inspection_leaves_the_file_and_its_folder_alone(tmp_path):
    path = files.jpeg(tmp_path)
    before = path.read_bytes()
    inspected(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
