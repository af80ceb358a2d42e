"""PDFs with pages of odd sizes, turned or cropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

from evidence.checks import FileWarning
from evidence.errors import DamagedFile, TooManyPages
from tests.hostile.drawn import add_page, drawing, one_page, saved
from tests.hostile.odd_file import BLUE, GREEN, PAGE, RED, YELLOW, Accepted, OddFile, Refused

INCH = 72
METRE = 72 / 0.0254
LYING = (PAGE[1], PAGE[0])
# Upper left, upper right, lower left, lower right after a turn to the right by so many degrees.
TURNED = {
    90: (BLUE, RED, YELLOW, GREEN),
    180: (YELLOW, BLUE, GREEN, RED),
    270: (GREEN, YELLOW, RED, BLUE),
}


def of_size(side: float) -> bytes:
    return saved(one_page(size=(side, side * 1.25))[0])


def with_entries(**entries: Any) -> Callable[[], bytes]:
    def make() -> bytes:
        pdf, page = one_page()
        for key, value in entries.items():
            page[f"/{key}"] = value
        return saved(pdf)

    return make


def with_box(*edges: float, box: str = "MediaBox") -> Callable[[], bytes]:
    return with_entries(**{box: Array(edges)})


def moved() -> bytes:
    """The page lies far to the left and below of where pages start."""
    pdf, page = one_page(b"1 0 0 1 -500 -900 cm " + drawing())
    page.MediaBox = Array([-500, -900, PAGE[0] - 500, PAGE[1] - 900])
    return saved(pdf)


def inherited(**entries: Any) -> Callable[[], bytes]:
    """`entries` stand on the tree's root, and the pages say nothing."""

    def make() -> bytes:
        pdf, page = one_page()
        for key, value in entries.items():
            pdf.Root.Pages[f"/{key}"] = value
            if f"/{key}" in page:
                del page[f"/{key}"]
        return saved(pdf)

    return make


def without_box() -> bytes:
    pdf, page = one_page(size=(612, 792))
    del page["/MediaBox"]
    return saved(pdf)


def indirect_box() -> bytes:
    pdf, page = one_page()
    page.MediaBox = pdf.make_indirect(Array([pdf.make_indirect(Object.parse(b"%d" % edge)) for edge in (0, 0, *PAGE)]))
    return saved(pdf)


def several_sizes() -> bytes:
    pdf, _page = one_page()
    add_page(pdf, size=(2000, 1000))
    add_page(pdf, size=(30, 900))
    return saved(pdf)


def printers_boxes() -> bytes:
    """Trimmed and bleeding as a printing house wants it; readers look at the crop only."""
    pdf, page = one_page()
    page.TrimBox = Array([60, 60, 120, 120])
    page.ArtBox = Array([80, 80, 100, 100])
    page.BleedBox = Array([50, 50, 130, 130])
    return saved(pdf)


def many(pages: int) -> bytes:
    pdf = Pdf.new()
    first = add_page(pdf)
    kids = [first, *(pdf.make_indirect(Dictionary(dict(first.items()))) for _page in range(pages - 1))]
    pdf.Root.Pages.Kids, pdf.Root.Pages.Count = Array(kids), pages
    return saved(pdf)


def no_pages() -> bytes:
    return saved(Pdf.new())


def one_page_twice() -> bytes:
    """The tree names one page two times."""
    pdf, page = one_page()
    pdf.Root.Pages.Kids, pdf.Root.Pages.Count = Array([page, page]), 2
    return saved(pdf)


HUGE, REPAIRED = (FileWarning.HUGE_PAGE,), (FileWarning.REPAIRED_PDF,)
ONLY_RED = (RED,) * 4
# The upper left quarter and a little of the others.
CROP = (0, 120, 90, 240)
FILES = (
    OddFile("page-of-200-inches.pdf", partial(of_size, 160 * INCH), Accepted((11_520, 14_400))),
    OddFile("page-of-20-metres.pdf", partial(of_size, 16 * METRE), Accepted((45_354, 56_693), warnings=HUGE)),
    OddFile("page-of-a-stamp.pdf", partial(of_size, 20), Accepted((20, 25))),
    OddFile("page-of-a-point.pdf", partial(of_size, 0.8), Refused(DamagedFile)),
    OddFile("page-of-a-hair.pdf", partial(of_size, 0.0001), Refused(DamagedFile)),
    OddFile("box-moved.pdf", moved, Accepted(PAGE)),
    OddFile("box-upside-down.pdf", with_box(PAGE[0], PAGE[1], 0, 0), Accepted(PAGE)),
    OddFile("box-inherited.pdf", inherited(MediaBox=Array([0, 0, *PAGE])), Accepted(PAGE)),
    OddFile("box-missing.pdf", without_box, Accepted((612, 792), warnings=REPAIRED)),
    OddFile("box-of-references.pdf", indirect_box, Accepted(PAGE)),
    OddFile("box-flat.pdf", with_box(0, 0, 180, 0), Accepted((612, 792), looks=())),
    OddFile("box-of-words.pdf", with_entries(MediaBox=Array([Name.A, Name.B, 1, 2])), Refused(DamagedFile)),
    OddFile("box-too-short.pdf", with_box(0, 0, 180), Accepted((612, 792), warnings=REPAIRED, looks=())),
    OddFile("crop.pdf", with_box(*CROP, box="CropBox"), Accepted((90, 120), looks=ONLY_RED)),
    OddFile("crop-inherited.pdf", inherited(CropBox=Array(CROP)), Accepted((90, 120), looks=ONLY_RED)),
    OddFile("crop-too-large.pdf", with_box(-900, -900, 900, 900, box="CropBox"), Accepted(PAGE)),
    OddFile("crop-outside.pdf", with_box(900, 900, 1000, 1000, box="CropBox"), Refused(DamagedFile)),
    OddFile("crop-flat.pdf", with_box(10, 10, 10, 10, box="CropBox"), Accepted(PAGE)),
    OddFile("printers-boxes.pdf", printers_boxes, Accepted(PAGE)),
    OddFile("turn-90.pdf", with_entries(Rotate=90), Accepted(LYING, looks=TURNED[90])),
    OddFile("turn-180.pdf", with_entries(Rotate=180), Accepted(PAGE, looks=TURNED[180])),
    OddFile("turn-270.pdf", with_entries(Rotate=270), Accepted(LYING, looks=TURNED[270])),
    OddFile("turn-minus-90.pdf", with_entries(Rotate=-90), Accepted(LYING, looks=TURNED[270])),
    OddFile("turn-450.pdf", with_entries(Rotate=450), Accepted(LYING, looks=TURNED[90])),
    OddFile("turn-45.pdf", with_entries(Rotate=45), Accepted(PAGE)),
    OddFile("turn-of-words.pdf", with_entries(Rotate=Name.Right), Accepted(PAGE)),
    OddFile("turn-inherited.pdf", inherited(Rotate=90), Accepted(LYING, looks=TURNED[90])),
    OddFile(
        "turn-and-crop.pdf",
        with_entries(Rotate=90, CropBox=Array(CROP)),
        Accepted((120, 90), looks=ONLY_RED),
    ),
    OddFile("units-of-4.pdf", with_entries(UserUnit=4), Accepted(PAGE)),
    OddFile("several-sizes.pdf", several_sizes, Accepted(PAGE, pages=3)),
    OddFile("pages-500.pdf", partial(many, 500), Accepted(PAGE, pages=500)),
    OddFile("pages-501.pdf", partial(many, 501), Refused(TooManyPages)),
    OddFile("pages-0.pdf", no_pages, Refused(DamagedFile)),
    OddFile("page-twice.pdf", one_page_twice, Accepted(PAGE, pages=2, warnings=REPAIRED)),
)
