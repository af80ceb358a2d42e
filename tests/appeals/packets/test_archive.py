"""The archive: PDF/A-3b with all originals inside, for the shop's own shelf."""

import hashlib
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from appeals.errors import PacketError
from appeals.packets.attachments import safe_stem
from appeals.packets.build import PacketResult, build_archive
from appeals.packets.content import PacketContent, Source
from tests.appeals.packets.conformance import faults
from tests.appeals.packets.contents import build, content_of, film_of, piece_of
from tests.instants import AT
from tests.samples import files, pdf_files

STAFF = "赵六"


def archive(content: PacketContent, folder: Path) -> tuple[Path, PacketResult]:
    return build(content, folder, build_archive)


@pytest.fixture(scope="session")
def content(tmp_path_factory) -> PacketContent:
    folder = tmp_path_factory.mktemp("archive")
    original = files.png(folder, 90, 60)
    paths = (
        files.jpeg(folder, 64, 48),
        files.cmyk_jpeg(folder),
        files.palette_png(folder),
        files.animated_gif(folder),
        files.motion_photo(folder),
        pdf_files.letter(folder),
        pdf_files.scripted(folder),
    )
    pieces = [replace(piece_of(path, number), added_by=STAFF) for number, path in enumerate(paths, start=1)]
    data = original.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    source = Source("裁剪", original, "image/png", sha256, len(data), "原图 13812345678.png", AT, STAFF)
    pieces[0] = replace(pieces[0], source=source, original_name="../..\\箱子\u202egpj.exe", origin="手机上传")
    pieces.append(replace(film_of(folder, len(pieces) + 1), added_by=STAFF))
    return replace(content_of(tuple(pieces)), is_masked=False)


@pytest.fixture(scope="session")
def built(content, tmp_path_factory) -> tuple[Path, PacketResult]:
    return archive(content, tmp_path_factory.mktemp("built"))


def attached(path: Path) -> dict[str, bytes]:
    with pikepdf.open(path) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def test_archive_keeps_the_rules_of_pdf_a_3b(built):
    assert faults(built[0]) == []


def test_archive_passes_qpdf_check_and_opens_in_pdfium(built):
    path, result = built
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stdout + checked.stderr) == (0, False)
    document = pypdfium2.PdfDocument(path)
    assert len(document) == result.pages
    for page in document:
        page.render(scale=0.2)
    document.close()


def test_archive_holds_every_file_as_it_was_uploaded(built, content):
    inside = attached(built[0])
    listed = json.loads(inside["manifest.json"])
    assert len(inside) == len(content.pieces) + 3  # the manifest, the film's stills, the original of the cut picture
    for piece, entry in zip(content.pieces, listed["pieces"], strict=True):
        assert hashlib.sha256(inside[entry["file"]]).hexdigest() == piece.sha256 == entry["sha256"]


def test_manifest_tells_who_added_what_when_and_what_it_was_made_from(built, content):
    listed = json.loads(attached(built[0])["manifest.json"])
    first, *_others, film = listed["pieces"]
    assert (first["added_by"], first["origin"]) == (STAFF, "手机上传")
    assert first["added_at"] == content.pieces[0].added_at.isoformat()
    assert first["made_from"]["how"] == "裁剪"
    assert first["made_from"]["sha256"] == content.pieces[0].source.sha256
    assert first["made_from"]["file"] in attached(built[0])
    assert (film["duration_ms"], film["stills"]["sha256"]) == (65_432, content.pieces[-1].stills_sha256)


def test_names_inside_are_safe_and_unique(built):
    names = list(attached(built[0]))
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"(\d{3}-[^/\\:*?\"<>|\x00-\x1f\u202e]+|manifest)\.(jpg|png|gif|pdf|mp4|json)", name), name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/passwd", "passwd"),
        ("照片 1.jpg", "照片_1"),
        ("a\x00b\x1bc.jpg", "abc"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("....", "file"),
        ("gpj\u202eexe.jpg", "gpjexe"),
        ("x" * 300 + ".png", "x" * 80),
        ("CON<>|.png", "CON"),
    ],
)
def test_names_lose_what_acts(name, stem):
    assert safe_stem(name) == stem


def test_the_same_archive_again_has_the_same_bytes(built, content, tmp_path):
    again, result = archive(content, tmp_path)
    assert result.sha256 == built[1].sha256
    assert again.read_bytes() == built[0].read_bytes()


def test_pages_of_pdfs_are_pictures_and_their_words_stay_in_the_original(built):
    path, result = built
    entry = next(entry for entry in result.manifest["pieces"] if entry["name"] == "letter.pdf")
    with pikepdf.open(path) as document:
        page = document.pages[entry["first_page"] - 1]
        image = page.Resources.XObject.Item
        assert (image.Subtype, image.Filter) == (pikepdf.Name.Image, pikepdf.Name.DCTDecode)
        # 200 dots for each inch of 180 millimetres at most.
        assert 1000 < image.Width <= 1420


def test_inks_become_srgb_in_the_archive_only(content, tmp_path):
    cmyk = content.pieces[1]
    path, _result = archive(replace(content, pieces=(cmyk,)), tmp_path)
    with pikepdf.open(path) as document:
        image = document.pages[-1].Resources.XObject.Item
        assert image.ColorSpace == pikepdf.Name.DeviceRGB
    path, _result = build(replace(content, pieces=(cmyk,)), tmp_path)
    with pikepdf.open(path) as document:
        assert document.pages[-1].Resources.XObject.Item.ColorSpace == pikepdf.Name.DeviceCMYK


def test_a_broken_colour_profile_is_left_out(tmp_path):
    picture = tmp_path / "odd.jpg"
    profile = bytearray(400)
    profile[:4], profile[12:20], profile[36:40] = (400).to_bytes(4, "big"), b"linkRGB ", b"acsp"
    Image.new("RGB", (40, 30), "red").save(picture, icc_profile=bytes(profile))
    path, _result = archive(content_of((piece_of(picture),)), tmp_path)
    assert faults(path) == []
    with pikepdf.open(path) as document:
        assert document.pages[-1].Resources.XObject.Item.ColorSpace == pikepdf.Name.DeviceRGB


def test_a_masked_archive_leaves_out_what_was_cut_or_blacked_out(content, tmp_path):
    path, _result = archive(replace(content, pieces=content.pieces[:1], is_masked=True), tmp_path)
    inside = attached(path)
    assert len(inside) == 2
    listed = json.loads(inside["manifest.json"])
    assert listed["pieces"][0]["made_from"]["file"] is None
    assert "13812345678" not in inside["manifest.json"].decode()


def test_an_altered_original_is_named(content, tmp_path):
    altered = tmp_path / "altered.png"
    altered.write_bytes(b"another file")
    piece = content.pieces[0]
    piece = replace(piece, source=replace(piece.source, path=altered))
    with pytest.raises(PacketError) as caught:
        archive(replace(content, pieces=(piece,)), tmp_path)
    assert caught.value.error_code == "packet_file_altered"
    assert not (tmp_path / "packet-out.pdf").exists()


def test_nobody_of_the_staff_is_named_in_what_leaves_the_house(content, tmp_path):
    output, result = build(content, tmp_path)
    document = pypdfium2.PdfDocument(output)
    said = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert STAFF not in said + json.dumps(result.manifest, ensure_ascii=False)
    with pikepdf.open(output) as opened:
        assert len(opened.attachments) == 0


def test_archive_without_evidence_has_its_list(tmp_path):
    path, _result = archive(content_of(()), tmp_path)
    assert list(attached(path)) == ["manifest.json"]
    assert faults(path) == []
