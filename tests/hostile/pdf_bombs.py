"""PDFs that swell, nest or never end."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from evidence.errors import DamagedFile, FileTooComplex, TooManyPixels
from evidence.limits import Limits
from tests.hostile.drawn import drawing, one_page, raw_saved, saved, written_out
from tests.hostile.odd_file import PAGE, Accepted, OddFile, Refused
from tests.samples import pdf_files

COMPLEX, DAMAGED, PIXELS = Refused(FileTooComplex), Refused(DamagedFile), Refused(TooManyPixels)


def form(pdf: Pdf, content: bytes, resources: Dictionary | None = None) -> Stream:
    stream = Stream(pdf, content)
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, *PAGE])
    stream.Resources = resources or Dictionary()
    return stream


def flate_bomb() -> bytes:
    """Four gigabytes of drawing behind two layers of compression."""
    pdf, page = one_page()
    page.Contents = pdf.make_indirect(pdf_files.bomb(pdf, 4_000))
    return raw_saved(pdf)


def picture(width: int, height: int, data: bytes = b"") -> Callable[[], bytes]:
    def make() -> bytes:
        pdf, page = one_page(b"q 180 0 0 240 0 0 cm /P Do Q")
        image = Stream(pdf, b"")
        image.write(zlib.compress(data), filter=Name.FlateDecode)
        image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
        image.Width, image.Height, image.BitsPerComponent = width, height, 8
        page.Resources = Dictionary(XObject=Dictionary(P=pdf.make_indirect(image)))
        return raw_saved(pdf)

    return make


def mask_bomb() -> bytes:
    """A small picture, but its mask is of 900 megapixels."""
    pdf, page = one_page(b"q 180 0 0 240 0 0 cm /P Do Q")
    mask = pdf_files.bomb(pdf, 900)
    mask.Type, mask.Subtype, mask.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    mask.Width, mask.Height, mask.BitsPerComponent = 30_000, 30_000, 8
    image = Stream(pdf, bytes(3))
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    image.Width, image.Height, image.BitsPerComponent, image.SMask = 1, 1, 8, pdf.make_indirect(mask)
    page.Resources = Dictionary(XObject=Dictionary(P=pdf.make_indirect(image)))
    return raw_saved(pdf)


def inline_picture() -> bytes:
    """The picture stands in the drawing itself, where nobody looks for its size."""
    head = b"q 180 0 0 240 0 0 cm BI /W 60000 /H 60000 /CS /RGB /BPC 8 /F /Fl ID "
    return saved(one_page(head + zlib.compress(bytes(1000)) + b" EI Q")[0])


def endless_forms() -> bytes:
    """Forms that each draw the next ten times: a million million drawings."""
    pdf, page = one_page(b"/N Do")
    inner = form(pdf, b"0 0 1 1 re f")
    for _level in range(12):
        inner = form(pdf, b"/N Do " * 10, Dictionary(XObject=Dictionary(N=pdf.make_indirect(inner))))
    page.Resources = Dictionary(XObject=Dictionary(N=pdf.make_indirect(inner)))
    return saved(pdf)


def form_in_itself() -> bytes:
    """Readers stop when a form draws itself."""
    pdf, page = one_page(drawing() + b" /N Do")
    ring = pdf.make_indirect(form(pdf, b"/N Do"))
    ring.Resources = Dictionary(XObject=Dictionary(N=ring))
    page.Resources = Dictionary(XObject=Dictionary(N=ring))
    return saved(pdf)


def deep_arrays(levels: int) -> bytes:
    """Arrays in arrays, in one object."""
    data = saved(one_page(Deep=Name.Here)[0], compress_streams=False)
    return data.replace(b"/Deep /Here", b"/Deep " + b"[" * levels + b"]" * levels)


def with_more(properties: bytes, more: list[bytes]) -> bytes:
    """One page whose resources name `properties`; `more` objects come after the first four."""
    content = drawing()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 180 240] /Contents 4 0 R /Resources << /Properties %s >> >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return written_out([b"<< /Type /Catalog /Pages 2 0 R >>", tree, page % properties, stream, *more])


def long_chain(links: int) -> bytes:
    """Objects that each name the next: who follows them, one inside the other, falls over."""
    chain = [b"<< /N %d 0 R >>" % number for number in range(6, 5 + links)]
    return with_more(b"<< /Chain 5 0 R >>", [*chain, b"<< >>"])


def many_objects(count: int) -> bytes:
    names = b" ".join(b"/P%d %d 0 R" % (number, number) for number in range(5, 5 + count))
    return with_more(b"<< %s >>" % names, [b"<< /A 1 >>"] * count)


def many_notes(count: int) -> bytes:
    """Each of them is drawn into the page."""
    pdf, page = one_page()
    look = Dictionary(N=pdf.make_indirect(form(pdf, b"1 g 0 0 180 240 re f")))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([92, 2, 178, 118]), F=4, AP=look)
    page.Annots = Array([note] * count)
    return saved(pdf)


def many_states() -> bytes:
    """A drawing that saves its state two hundred thousand times."""
    return saved(one_page(drawing() + b" q" * 200_000)[0])


def many_paths() -> bytes:
    """Thirty thousand small rectangles: a busy plan, not an attack."""
    return saved(one_page(b"0 0 1 1 re f\n" * 30_000 + drawing())[0])


def curves() -> bytes:
    """One path that crosses itself everywhere."""
    lines = b"".join(b"%d %d l " % (n * 7919 % 180, n * 104_729 % 240) for n in range(5_000))
    return saved(one_page(b"0 0 m " + lines + b"f* " + drawing())[0])


FILES = (
    OddFile("endless-forms.pdf", endless_forms, COMPLEX, Limits(max_seconds=1)),
    OddFile("bomb-of-drawing.pdf", flate_bomb, COMPLEX, Limits(max_memory=600_000_000)),
    *(
        OddFile(f"{name}.pdf", make, expected)
        for name, make, expected in (
            ("bomb-of-pixels", picture(60_000, 60_000), PIXELS),
            ("bomb-of-negative-pixels", picture(-60_000, 60_000), PIXELS),
            ("bomb-of-a-mask", mask_bomb, PIXELS),
            ("bomb-in-the-drawing", inline_picture, PIXELS),
            ("form-in-itself", form_in_itself, Accepted(PAGE)),
            ("deep-arrays", partial(deep_arrays, 20_000), DAMAGED),
            ("long-chain", partial(long_chain, 40_000), COMPLEX),
            ("many-objects", partial(many_objects, 5_000), Accepted(PAGE)),
            ("many-notes", partial(many_notes, 2_001), COMPLEX),
            ("many-states", many_states, Accepted(PAGE)),
            ("many-paths", many_paths, Accepted(PAGE)),
            ("crossing-lines", curves, Accepted(PAGE)),
        )
    ),
)
