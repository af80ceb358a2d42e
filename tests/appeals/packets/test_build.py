"""The whole packet: what a reader finds in it, and that it is always the same."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from appeals.errors import PacketError
from appeals.packets.build import build_archive, build_packet
from tests.appeals.packets.contents import STATEMENT, build, content_of, page_texts, piece_of, pieces_of
from tests.samples import files, pdf_files


def mixed(folder: Path) -> tuple[Path, ...]:
    (folder / "tall").mkdir()
    return (
        files.jpeg(folder),
        files.chat_screenshot(folder / "tall"),
        pdf_files.letter(folder, pages=2),
        files.heic(folder),
        pdf_files.landscape(folder),
    )


def destinations(document: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    names = list(document.Root.Names.Dests.Names)
    return {str(names[number]): names[number + 1] for number in range(0, len(names), 2)}


def page_number(document: pikepdf.Pdf, page: pikepdf.Object) -> int:
    return next(number for number, other in enumerate(document.pages) if other.objgen == page.objgen)


def first_page(document: pikepdf.Pdf, bookmark: pikepdf.OutlineItem) -> int:
    return page_number(document, bookmark.to_dictionary_object(document).Dest[0]) + 1


def test_packet_has_every_part_in_searchable_chinese(tmp_path: Path) -> None:
    pieces = pieces_of(*mixed(tmp_path))
    path, result = build(content_of(pieces), tmp_path)
    texts = page_texts(path)
    assert len(texts) == result.pages
    cover, rest = texts[0], "".join(texts[1:])
    for word in ("退货调包申诉材料", "晨光数码", "260226-518273645190237", "¥1,317.50", "判责", STATEMENT):
        assert word in cover
    for word in ("第3件事：仓库验货", "处理退款申请", *(piece.sha256 for piece in pieces)):
        assert word in rest


def test_evidence_pages_carry_their_stamp_and_the_page_number_of_the_pdf(tmp_path: Path) -> None:
    pieces = pieces_of(*mixed(tmp_path))
    path, result = build(content_of(pieces), tmp_path)
    texts = page_texts(path)
    for number, text in enumerate(texts, start=1):
        assert f"{number}/{result.pages}" in text
    seen = []
    for piece, entry in zip(pieces, result.manifest["pieces"], strict=True):
        for number in range(entry["first_page"], entry["last_page"] + 1):
            text = texts[number - 1]
            assert piece.caption.replace(" ", "") in text
            assert piece.slot_name in text
            assert "AS-2026-000128" in text
            assert f"SHA-256{piece.sha256[:12]}" in text
            assert piece.sha256 not in text
            seen.append(number)
    assert seen == list(range(seen[0], result.pages + 1))


def test_index_links_and_bookmarks_lead_to_each_exhibit(tmp_path: Path) -> None:
    pieces = pieces_of(*mixed(tmp_path))
    path, result = build(content_of(pieces), tmp_path)
    firsts = {f"exhibit-{entry['number']}": entry["first_page"] for entry in result.manifest["pieces"]}
    with pikepdf.open(path) as document:
        found = destinations(document)
        links = [
            str(annotation.Dest) for page in document.pages for annotation in page.obj.get("/Annots", pikepdf.Array())
        ]
        assert set(links) == set(firsts)
        assert {name: page_number(document, found[name][0]) + 1 for name in firsts} == firsts
        with document.open_outline() as outline:
            exhibits = outline.root[-1].children
            assert [
                page_number(document, item.to_dictionary_object(document).Dest[0]) + 1 for item in exhibits
            ] == list(firsts.values())
            assert [item.title.split()[0] for item in exhibits] == [str(piece.number) for piece in pieces]
            assert len(outline.root) == 5


def test_packet_knows_its_title_language_and_date(tmp_path: Path) -> None:
    path, _result = build(content_of(pieces_of(pdf_files.letter(tmp_path))), tmp_path)
    with pikepdf.open(path) as document:
        assert str(document.docinfo.Title) == "退货调包申诉材料 AS-2026-000128"
        assert str(document.Root.Lang) == "zh-CN"
        assert str(document.docinfo.CreationDate) == "D:20260302100000+08'00"
        assert len(bytes(document.trailer.ID[0])) > 0


def test_packet_in_english_has_english_labels(tmp_path: Path) -> None:
    path, _result = build(content_of(pieces_of(files.jpeg(tmp_path)), language="en"), tmp_path)
    texts = page_texts(path)
    assert "Orderamount" in texts[0]
    assert "Exhibit1" in texts[-1]


@pytest.mark.parametrize("with_pdf", [False, True])
def test_packet_passes_qpdf_check_without_a_warning(tmp_path: Path, with_pdf: bool) -> None:
    paths = mixed(tmp_path)
    path, _result = build(content_of(pieces_of(*(paths if with_pdf else paths[:2]))), tmp_path)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stdout + checked.stderr


def test_same_content_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    paths = mixed(tmp_path)
    content = content_of(pieces_of(*paths))
    path, result = build(content, tmp_path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == result.sha256
    assert build(content, tmp_path)[1].sha256 == result.sha256
    archived = build(content, tmp_path, build_archive)[1]
    script = (
        "import sys, django; django.setup()\n"
        "from pathlib import Path\n"
        "from appeals.packets.build import build_archive, build_packet\n"
        "from tests.appeals.packets.contents import build, content_of, pieces_of\n"
        "content = content_of(pieces_of(*map(Path, sys.argv[2:])))\n"
        "print(*(build(content, Path(sys.argv[1]), form)[1].sha256 for form in (build_packet, build_archive)))"
    )
    (tmp_path / "other").mkdir()
    other = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "other", *paths],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert other.stdout.split() == [result.sha256, archived.sha256]


def test_another_moment_gives_other_bytes(tmp_path: Path) -> None:
    content = content_of(pieces_of(files.jpeg(tmp_path)))
    first = build(content, tmp_path)[1]
    later = replace(content, prepared_at=content.prepared_at.replace(minute=1))
    assert build(later, tmp_path)[1].sha256 != first.sha256


def test_packet_without_evidence_is_its_own_pages(tmp_path: Path) -> None:
    path, result = build(content_of(()), tmp_path)
    assert result.pages == len(page_texts(path)) == 2
    assert result.manifest["pieces"] == []


def test_long_content_numbers_every_page(tmp_path: Path) -> None:
    picture = files.jpeg(tmp_path, 64, 48)
    pieces = tuple(piece_of(picture, number, f"很长的说明文字 {number} " * 12) for number in range(1, 41))
    content = content_of(pieces, moments=90, statement=STATEMENT * 30)
    path, result = build(content, tmp_path)
    texts = page_texts(path)
    assert all(f"{number}/{result.pages}" in text for number, text in enumerate(texts, start=1))
    index = next(text for text in texts if "凭证目录" in text or "Indexofexhibits" in text)
    first = result.manifest["pieces"][0]["first_page"]
    assert re.search(rf"SHA-256{pieces[0].sha256}{first}", index)


def test_markup_in_words_stays_words(tmp_path: Path) -> None:
    pieces = (piece_of(files.jpeg(tmp_path), caption="<b>图</b> & <img src=file:///etc/passwd>\nзначок \U0001f4e6"),)
    path, _result = build(content_of(pieces, statement="<script>1</script>"), tmp_path)
    texts = page_texts(path)
    assert "<script>1</script>" in texts[0]
    assert "<b>图</b>&<imgsrc=file:///etc/passwd>значок" in texts[-1]


@pytest.mark.parametrize("make", [files.truncated_jpeg, files.truncated_png, files.truncated_heic, pdf_files.broken])
def test_unusable_file_is_named_and_leaves_nothing(tmp_path: Path, make) -> None:
    bad = make(tmp_path)
    output = tmp_path / "packet-out.pdf"
    output.write_bytes(b"the packet of before")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PacketError) as caught:
        build(content_of(pieces_of(bad)), tmp_path)
    assert bad.name in str(caught.value)
    assert caught.value.error_code == "packet_file_unusable"
    assert output.read_bytes() == b"the packet of before"
    assert sorted(tmp_path.iterdir()) == before


def test_missing_file_is_named(tmp_path: Path) -> None:
    pieces = pieces_of(files.jpeg(tmp_path))
    pieces[0].path.unlink()
    with pytest.raises(PacketError, match=r"photo\.jpg"):
        build(content_of(pieces), tmp_path)


def test_altered_file_is_refused(tmp_path: Path) -> None:
    pieces = pieces_of(files.jpeg(tmp_path))
    files.png(tmp_path)
    pieces[0].path.write_bytes(pieces[0].path.read_bytes() + b"\n")
    with pytest.raises(PacketError) as caught:
        build(content_of(pieces), tmp_path)
    assert caught.value.error_code == "packet_file_altered"
    assert not (tmp_path / "packet-out.pdf").exists()


def test_progress_rises_to_its_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    build_packet(
        content_of(pieces_of(files.jpeg(tmp_path))),
        output=tmp_path / "packet-out.pdf",
        work_dir=tmp_path,
        progress=lambda done, total, step: seen.append((done, total, step)),
    )
    assert [done for done, _total, _step in seen] == sorted(done for done, _total, _step in seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _done, total, _step in seen}) == 1
