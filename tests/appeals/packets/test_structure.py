"""What a screen reader follows: title and language, headings and tables, a figure with its words for each exhibit."""

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from appeals.packets.content import PacketContent
from tests.appeals.packets.contents import build, content_of, film_of, piece_of
from tests.samples import files, pdf_files


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Path, PacketContent]:
    folder = tmp_path_factory.mktemp("structure")
    (folder / "tall").mkdir()
    paths = (files.jpeg(folder, 64, 48), files.chat_screenshot(folder / "tall"), pdf_files.letter(folder, pages=2))
    pieces = [piece_of(path, number) for number, path in enumerate(paths, start=1)]
    content = content_of((*pieces, film_of(folder, 4)))
    return build(content, folder)[0], content


def elements(node: pikepdf.Object) -> list[pikepdf.Object]:
    found = [node] if "/S" in node else []
    kids = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and str(kid.get("/Type", "")) == "/StructElem":
            found += elements(kid)
    return found


def test_title_is_shown_and_the_language_said(built):
    with pikepdf.open(built[0]) as document:
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "zh-CN"


def test_every_evidence_page_is_one_figure_with_its_caption(built):
    path, content = built
    with pikepdf.open(path) as document:
        figures = [item for item in elements(document.Root.StructTreeRoot) if str(item.S) == "/Figure"]
        assert [figure.Pg.objgen for figure in figures] == [page.objgen for page in document.pages[-len(figures) :]]
        words = [str(figure.Alt) for figure in figures]
        assert len(figures) == len(document.pages) - 3
    for piece in content.pieces:
        assert any(piece.caption in word for word in words)
    assert "(1 / 2)" in "".join(words)


def test_all_content_of_an_evidence_page_is_figure_or_furniture(built):
    path, _content = built
    with pikepdf.open(path) as document:
        for page in document.pages[3:]:
            depth, marks = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    depth += 1
                    marks.append(str(operands[0]))
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in ("Do", "Tj", "TJ", "S", "f"):
                    assert depth == 1, (marks, operator)
            assert (depth, sorted(marks)) == (0, ["/Artifact", "/Figure"])


def test_every_mark_leads_to_its_element(built):
    path, _content = built
    with pikepdf.open(path) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
        keys = [int(key) for key in numbers[::2]]
        assert keys == sorted(set(keys))
        parents = dict(zip(keys, numbers[1::2], strict=True))
        for page in document.pages[3:]:
            (figure,) = parents[int(page.StructParents)]
            assert figure.Pg.objgen == page.objgen


def test_links_of_the_index_say_where_they_lead(built):
    path, content = built
    with pikepdf.open(path) as document:
        said = {str(note.Contents) for page in document.pages for note in page.get("/Annots", pikepdf.Array())}
    assert len(said) == len(content.pieces)
    assert all(any(piece.caption in words for words in said) for piece in content.pieces)


def test_tables_have_heads(built):
    with pikepdf.open(built[0]) as document:
        kinds = [str(item.S) for item in elements(document.Root.StructTreeRoot)]
    assert kinds.count("/Table") >= 4
    assert {"/H1", "/H2", "/TH", "/TD", "/P"} <= set(kinds)


def test_packet_without_evidence_is_tagged_as_well(tmp_path):
    path, _result = build(replace(content_of(()), timeline=()), tmp_path)
    with pikepdf.open(path) as document:
        assert "/StructTreeRoot" in document.Root
        assert document.check_pdf_syntax() == []
