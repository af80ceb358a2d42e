"""The ZIP and its two indexes: read back by programs that did not write them."""

import hashlib
import io
import re
import time
import zipfile
from datetime import datetime
from decimal import Decimal

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from appeals.bundles.archive import writing
from appeals.bundles.pages import write_index
from appeals.bundles.workbook import COLUMNS, write_workbook
from tests.appeals.bundles.lines import content_of, line_of

DANGEROUS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "{=1+1}",
    "http://evil.example",
    "internal:A1",
    "\x07bell",
]


def read_rows(path) -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def pages_of(path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return found


def test_workbook_has_a_row_for_each_appeal_with_real_dates_and_numbers(tmp_path):
    lines = [line_of(1), line_of(2, error="凭证损坏", money=None, closes_at=None)]
    write_workbook(content_of(*lines), output=tmp_path / "index.xlsx")
    head, first, second = read_rows(tmp_path / "index.xlsx")
    assert len(head) == len(COLUMNS)
    assert all(head)
    assert first[:2] == [1, "A-00000001"]
    assert 32.5 in first
    assert datetime(2026, 3, 2, 11, 0) in first  # noqa: DTZ001 - a cell has no zone: Beijing time, as its head says
    assert first[-5:] == [7, 12345, "ab" * 32, "A-00000001 C-000001 260302-000000000000001", ""]
    assert second[-5:] == ["", "", "", "", "凭证损坏"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_workbook_keeps_what_looks_like_a_formula_as_text(tmp_path, text):
    line = line_of(ground=text, shop=text, orders=(text,), state=text)
    write_workbook(content_of(line), output=tmp_path / "index.xlsx")
    row = read_rows(tmp_path / "index.xlsx")[1]
    assert row.count(text) >= 3 or "\x07" in text
    with zipfile.ZipFile(tmp_path / "index.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        links = parts.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert "<f>" not in sheet
    assert links.count("Target=") == 1


def test_workbook_is_made_to_be_scrolled_and_printed(tmp_path):
    write_workbook(content_of(line_of(1), line_of(2)), output=tmp_path / "index.xlsx")
    with zipfile.ZipFile(tmp_path / "index.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        links = parts.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert len(re.findall(r"<col min=", sheet)) >= 10
    assert 'fitToHeight="0"' in sheet
    assert "A-00000002%20C-000002%20260302-000000000000002" in links


def test_indexes_written_again_have_the_same_bytes(tmp_path):
    content = content_of(line_of(1), line_of(2, error="凭证损坏"))
    digests = set()
    for number in range(2):
        for write, name in ((write_index, "index.pdf"), (write_workbook, "index.xlsx")):
            write(content, output=tmp_path / f"{number}{name}")
        files = [(tmp_path / f"{number}{name}").read_bytes() for name in ("index.pdf", "index.xlsx")]
        digests.add(hashlib.sha256(b"".join(files)).hexdigest())
        time.sleep(1.1 - number)  # both formats hold times to the second
    assert len(digests) == 1


def test_pdf_index_tells_of_every_appeal_and_numbers_its_pages(tmp_path):
    lines = [line_of(number) for number in range(1, 21)]
    lines[4] = line_of(5, error="凭证 1 已不是上传时的文件。", cases=("C-000005", "C-000077"), orders=("O-5", "O-77"))
    write_index(content_of(*lines), output=tmp_path / "index.pdf")
    pages = pages_of(tmp_path / "index.pdf")
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in text
    assert "凭证1已不是上传时的文件。" in pages[0]
    text = "".join(pages)
    for line in lines:
        assert line.number in text
        assert line.orders[-1] in text
    assert text.count("ab" * 32) == 19
    assert "C-000077" in text


def test_pdf_index_of_many_shops_names_the_first(tmp_path):
    lines = [line_of(number, shop=f"演示店{number:03d}") for number in range(1, 15)]
    write_index(content_of(*lines), output=tmp_path / "index.pdf")
    first = pages_of(tmp_path / "index.pdf")[0]
    assert "演示店012" in first
    assert "演示店013" not in first


def test_pdf_index_escapes_what_people_typed(tmp_path):
    line = line_of(shop="<b>店</b>", orders=("<script>1</script>",), error="<img src=http://x/>")
    write_index(content_of(line), output=tmp_path / "index.pdf")
    text = "".join(pages_of(tmp_path / "index.pdf"))
    for typed in ("<b>店</b>", "<script>1</script>", "<imgsrc=http://x/>"):
        assert typed in text


def test_archive_stores_members_and_knows_their_hash(tmp_path):
    with writing(tmp_path / "a.zip") as archive:
        found = archive.add("文件夹/申诉.pdf", io.BytesIO(b"%PDF" * 1000), byte_size=4000)
    assert found == hashlib.sha256(b"%PDF" * 1000).hexdigest()
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        (member,) = read.infolist()
        assert (member.filename, member.compress_type, member.date_time[0]) == ("文件夹/申诉.pdf", 0, 1980)
        assert member.flag_bits & 0x800  # the name is in UTF-8
        assert read.testzip() is None


def test_archive_takes_members_over_4_gb(tmp_path):
    """ZIP64 is decided on before the first byte; a file that turns out smaller is read all the same."""
    with writing(tmp_path / "a.zip") as archive:
        archive.add("large.pdf", io.BytesIO(b"small"), byte_size=5 * 1024**3)
    assert (tmp_path / "a.zip").read_bytes()[4:6] == b"\x2d\x00"  # needs version 4.5, that of ZIP64
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        assert read.read("large.pdf") == b"small"


def test_money_of_a_bundle_is_that_of_its_appeals():
    content = content_of(line_of(1), line_of(2, money=None), line_of(3, money=Decimal("0.01")))
    assert content.money == Decimal("32.51")
