"""PDFs whose structure is odd: cut, patched, packed, or in a ring."""

from __future__ import annotations

import re
import zlib
from functools import partial

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Stream

from evidence.checks import FileWarning
from evidence.errors import DamagedFile, FileTypeRefused
from tests.hostile.drawn import drawing, one_page, raw_saved, saved
from tests.hostile.odd_file import PAGE, QUARTERS, Accepted, OddFile, Refused

REPAIRED = Accepted(PAGE, warnings=(FileWarning.REPAIRED_PDF,))
DAMAGED = Refused(DamagedFile)


def whole() -> bytes:
    return saved(one_page()[0])


def plain() -> bytes:
    """Not packed, so that it can be patched as text."""
    return saved(one_page()[0], compress_streams=False, object_stream_mode=ObjectStreamMode.disable)


def wrong_index() -> bytes:
    data = whole()
    return data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"


def wrong_places() -> bytes:
    """The index is there, and each place in it is wrong by three bytes."""
    return re.sub(rb"(\d{10}) 00000 n", lambda found: b"%010d 00000 n" % (int(found[1]) + 3), plain())


def without_index() -> bytes:
    data = plain()
    return data[: data.rindex(b"\nxref")] + b"\n%%EOF\n"


def without_the_last_line() -> bytes:
    return whole().removesuffix(b"%%EOF\n")


def cut(share: float) -> bytes:
    data = plain()
    return data[: int(len(data) * share)]


def lines_turned() -> bytes:
    """Sent as text: every line end became two characters, so that no place in the index is right."""
    return plain().replace(b"\n", b"\r\n")


def wrong_length() -> bytes:
    """A drawing says that it is longer than it is."""
    return re.sub(rb"/Length \d+", b"/Length 99999", plain())


def padded() -> bytes:
    return b"\xef\xbb\xbf\r\n\r\n  " + whole()


def junk_before() -> bytes:
    """Readers look for the first line in the first 1024 bytes."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + whole()


def junk_behind() -> bytes:
    return whole() + bytes(2000)


def linearised() -> bytes:
    return saved(one_page()[0], linearize=True)


def packed() -> bytes:
    """All objects but streams lie in streams; the index too."""
    return saved(one_page()[0], object_stream_mode=ObjectStreamMode.generate)


def version(number: str) -> bytes:
    return saved(one_page()[0], force_version=number)


def version_unknown() -> bytes:
    return b"%PDF-9.7" + plain()[8:]


def changed_later() -> bytes:
    """The page's drawing stands in the file twice: the later one counts, as in every file that was edited."""
    data = plain()
    start = re.search(rb"(\d+) 0 obj\s*<<[^>]*/Length", data)
    assert start
    number = int(start[1])
    content = drawing(colours=QUARTERS[::-1])
    first_index = data[data.rindex(b"startxref") + 10 :].split()[0]
    size = re.search(rb"/Size (\d+)", data)
    root = re.search(rb"/Root (\d+ 0 R)", data)
    assert size
    assert root
    place = len(data)
    entry = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(content), content)
    index = place + len(entry)
    return (
        data
        + entry
        + b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
        + b"trailer\n<< /Size %s /Root %s /Prev %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size[1], root[1], first_index, index)
    )


def doubled_object() -> bytes:
    """The same number twice, and an index that fits neither: who reads the file again takes the later one."""
    return plain().replace(b"\n1 0 obj", b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n1 0 obj", 1)


def ring_of_pages() -> bytes:
    pdf, _page = one_page()
    ring = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1))
    ring.Kids = Array([pdf.Root.Pages])
    pdf.Root.Pages.Kids.append(ring)
    return raw_saved(pdf)


def ring_of_parents() -> bytes:
    """Each page hangs on the other, and neither says how large it is."""
    pdf, page = one_page()
    del page["/MediaBox"]
    page.Parent = page
    return raw_saved(pdf)


def wrong_count() -> bytes:
    """The tree says 7000 pages and has one."""
    pdf, _page = one_page()
    pdf.Root.Pages.Count = 7000
    return raw_saved(pdf)


def page_of_no_type() -> bytes:
    pdf, page = one_page()
    del page["/Type"]
    return raw_saved(pdf)


def page_that_is_missing() -> bytes:
    """The second page was deleted, but the tree still names it."""
    return re.sub(rb"/Count 1 /Kids \[ (.+?) \]", rb"/Count 2 /Kids [ \1 99 0 R ]", plain())


def no_tree() -> bytes:
    return re.sub(rb"/Pages \d+ 0 R", b"/Pages (none)", plain())


def no_root() -> bytes:
    return re.sub(rb"/Root \d+ 0 R", b"", plain())


def without_resources() -> bytes:
    pdf, page = one_page()
    del page["/Resources"]
    return saved(pdf)


def without_contents() -> bytes:
    pdf, page = one_page()
    del page["/Contents"]
    return saved(pdf)


def contents_in_pieces() -> bytes:
    """Cut in the middle of the drawing, as readers must allow."""
    pdf, page = one_page()
    content = drawing()
    lines = content.split(b"\n")
    page.Contents = Array([pdf.make_indirect(Stream(pdf, line)) for line in lines])
    return saved(pdf)


def contents_that_are_missing() -> bytes:
    """One of the pieces was deleted."""
    return re.sub(rb"/Contents (\d+ 0 R)", rb"/Contents [ \1 99 0 R ]", plain())


def contents_of_another_kind() -> bytes:
    pdf, page = one_page()
    page.Contents = Dictionary()
    return raw_saved(pdf)


def damaged_drawing() -> bytes:
    pdf, page = one_page()
    stream = Stream(pdf, b"")
    data = bytearray(zlib.compress(drawing() * 60))
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    stream.write(bytes(data), filter=Name.FlateDecode)
    page.Contents = pdf.make_indirect(stream)
    return raw_saved(pdf)


def unbalanced_drawing() -> bytes:
    """Saves its state twice and never comes back, turned and scaled: it must not turn what is drawn around it."""
    return saved(one_page(drawing() + b"\nq q 0 1 -1 0 0 0 cm 3 0 0 3 0 0 cm")[0])


def restoring_drawing() -> bytes:
    """Comes back more often than it left."""
    return saved(one_page(b"Q Q Q Q\n" + drawing() + b"\nQ Q Q")[0])


def unknown_filter() -> bytes:
    pdf, page = one_page()
    stream = Stream(pdf, b"")
    stream.write(drawing(), filter=Name.Unknown)
    page.Contents = pdf.make_indirect(stream)
    return raw_saved(pdf)


FILES = tuple(
    OddFile(f"{name}.pdf", make, expected)
    for name, make, expected in (
        ("index-wrong", wrong_index, REPAIRED),
        ("index-of-wrong-places", wrong_places, REPAIRED),
        ("index-missing", without_index, DAMAGED),
        ("last-line-missing", without_the_last_line, Accepted(PAGE)),
        ("cut-to-a-tenth", partial(cut, 0.1), DAMAGED),
        ("cut-in-half", partial(cut, 0.5), DAMAGED),
        ("cut-in-its-index", partial(cut, 0.93), DAMAGED),
        ("lines-turned", lines_turned, REPAIRED),
        ("length-wrong", wrong_length, REPAIRED),
        ("padded", padded, Accepted(PAGE)),
        ("junk-before", junk_before, Refused(FileTypeRefused)),
        ("junk-behind", junk_behind, REPAIRED),
        ("linearised", linearised, Accepted(PAGE)),
        ("packed", packed, Accepted(PAGE)),
        ("version-1.0", partial(version, "1.0"), Accepted(PAGE)),
        ("version-2.0", partial(version, "2.0"), Accepted(PAGE)),
        ("version-9.7", version_unknown, Accepted(PAGE)),
        ("changed-later", changed_later, Accepted(PAGE, looks=QUARTERS[::-1])),
        ("object-doubled", doubled_object, REPAIRED),
        ("ring-of-pages", ring_of_pages, DAMAGED),
        ("ring-of-parents", ring_of_parents, Accepted((612, 792), warnings=(FileWarning.REPAIRED_PDF,), looks=())),
        ("count-wrong", wrong_count, Accepted(PAGE)),
        ("page-of-no-type", page_of_no_type, REPAIRED),
        ("page-missing", page_that_is_missing, DAMAGED),
        ("no-tree", no_tree, DAMAGED),
        ("no-root", no_root, DAMAGED),
        ("no-resources", without_resources, REPAIRED),
        ("no-contents", without_contents, Accepted(PAGE, looks=((255, 255, 255),) * 4)),
        ("contents-in-pieces", contents_in_pieces, Accepted(PAGE)),
        ("contents-missing", contents_that_are_missing, REPAIRED),
        ("contents-of-another-kind", contents_of_another_kind, DAMAGED),
        ("drawing-damaged", damaged_drawing, DAMAGED),
        ("drawing-unbalanced", unbalanced_drawing, Accepted(PAGE)),
        ("drawing-restoring", restoring_drawing, Accepted(PAGE)),
        ("filter-unknown", unknown_filter, DAMAGED),
    )
)
