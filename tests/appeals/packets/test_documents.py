"""PDFs in a packet: each page on a page of its own, upright, with nothing that acts."""

import re
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from appeals.errors import PacketError
from tests.appeals.packets.contents import build, content_of, pieces_of
from tests.samples import files, pdf_files

FORBIDDEN = ("/JavaScript", "/JS", "/OpenAction", "/AA", "/EmbeddedFiles", "/EmbeddedFile", "/AcroForm", "/Launch")


def words_of(path: Path, folder: Path) -> set[str]:
    """Every name in the file, once qpdf has spelt it out."""
    spelt_out = folder / "spelt-out.pdf"
    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, spelt_out], check=True)
    return set(re.findall(r"/[A-Za-z]+", spelt_out.read_text("latin-1")))


def test_pages_stay_pages_in_their_order(tmp_path: Path) -> None:
    path, result = build(content_of(pieces_of(pdf_files.letter(tmp_path, pages=3), files.jpeg(tmp_path))), tmp_path)
    first, second = result.manifest["pieces"]
    assert first["last_page"] - first["first_page"] == 2
    assert second["first_page"] == result.pages
    with pikepdf.open(path) as document:
        assert len(document.pages) == result.pages


@pytest.mark.parametrize("make", [pdf_files.landscape, pdf_files.rotated])
def test_landscape_and_turned_pages_stay_landscape(tmp_path: Path, make) -> None:
    source = make(tmp_path)
    path, _result = build(content_of(pieces_of(source)), tmp_path)
    original = pypdfium2.PdfDocument(source)
    packet = pypdfium2.PdfDocument(path)
    width, height = original[0].get_size()
    assert (packet[len(packet) - 1].get_width() > packet[len(packet) - 1].get_height()) == (width > height)
    original.close()
    packet.close()


def test_turned_page_is_turned_as_readers_show_it(tmp_path: Path) -> None:
    source = tmp_path / "turned.pdf"
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(400, 600))
        page.Contents = document.make_stream(b"1 0 0 rg 0 0 200 300 re f 0 0 1 rg 200 300 200 300 re f")
        page.Rotate = 90
        document.save(source)
    path, _result = build(content_of(pieces_of(source)), tmp_path)
    packet = pypdfium2.PdfDocument(path)
    drawn = packet[len(packet) - 1].render(scale=1).to_pil().convert("RGB")
    packet.close()
    assert drawn.width > drawn.height
    # The red quarter at the bottom left comes to the top left, the blue one to the bottom right.
    assert drawn.getpixel((drawn.width // 3, drawn.height // 3)) == (255, 0, 0)
    assert drawn.getpixel((drawn.width * 2 // 3, drawn.height * 2 // 3)) == (0, 0, 255)


@pytest.mark.parametrize("make", [pdf_files.scripted, pdf_files.with_button, pdf_files.with_links])
def test_nothing_that_acts_comes_along(tmp_path: Path, make) -> None:
    path, _result = build(content_of(pieces_of(make(tmp_path))), tmp_path)
    assert not words_of(path, tmp_path).intersection(FORBIDDEN)
    with pikepdf.open(path) as document:
        for page in document.pages:
            for annotation in page.obj.get("/Annots", pikepdf.Array()):
                assert "/A" not in annotation


def test_stamp_on_a_page_is_kept_as_drawing(tmp_path: Path) -> None:
    source = pdf_files.with_stamp(tmp_path)
    path, _result = build(content_of(pieces_of(source)), tmp_path)
    original, packet = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument(path)

    def dark(page: pypdfium2.PdfPage) -> int:
        return sum(page.render(scale=1).to_pil().convert("L").histogram()[:200])

    plain = pypdfium2.PdfDocument(build(content_of(pieces_of(pdf_files.letter(tmp_path))), tmp_path)[0])
    assert dark(packet[len(packet) - 1]) > dark(plain[len(plain) - 1]) or dark(original[0]) == 0
    for document in (original, packet, plain):
        document.close()


@pytest.mark.parametrize("make", [pdf_files.without_index, pdf_files.with_padding])
def test_sloppy_pdf_is_taken_and_comes_out_clean(tmp_path: Path, make) -> None:
    path, result = build(content_of(pieces_of(make(tmp_path))), tmp_path)
    with pikepdf.open(path) as document:
        assert len(document.pages) == result.pages
        assert document.check_pdf_syntax() == []


@pytest.mark.parametrize("make", [pdf_files.encrypted, pdf_files.no_pages, pdf_files.broken])
def test_unreadable_pdf_is_named(tmp_path: Path, make) -> None:
    source = make(tmp_path)
    with pytest.raises(PacketError) as caught:
        build(content_of(pieces_of(source)), tmp_path)
    assert source.name in str(caught.value)
