"""PDFs whose pages are drawn in less usual ways: foreign fonts, layers, what shines through, packed pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from tests.hostile.drawn import drawing, encoded, jpeg, one_page, quarters, raw_saved, saved
from tests.hostile.odd_file import PAGE, QUARTERS, WHITE, Accepted, OddFile

LOOKS_LIKE_PAPER = b"1 1 1 rg 92 2 86 116 re f"
WHOLE_PAGE = b"q 180 0 0 240 0 0 cm /P Do Q"
COVERED = (*QUARTERS[:3], WHITE)


def stream_of(pdf: Pdf, data: bytes, **entries: Any) -> Object:
    stream = Stream(pdf, data)
    for key, value in entries.items():
        stream[f"/{key}"] = value
    return pdf.make_indirect(stream)


def form(pdf: Pdf, content: bytes, **entries: Any) -> Object:
    return stream_of(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, *PAGE]), **entries)


def foreign_font() -> bytes:
    """One of the fonts that every reader has; its letter n is a filled square."""
    pdf, page = one_page(drawing() + b" 1 g BT /F 160 Tf 75 5 Td (n) Tj ET")
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    return saved(pdf)


def foreign_chinese_font() -> bytes:
    """A Chinese font that the reader is to have."""
    pdf, page = one_page(drawing() + b" BT /F 12 Tf 10 20 Td <CDCBBBF5> Tj ET")
    details = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    system = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=2)
    family = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), CIDSystemInfo=system,
        FontDescriptor=pdf.make_indirect(details),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/GBK-EUC-H"),
        DescendantFonts=Array([pdf.make_indirect(family)]),
    )  # fmt: skip
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    return saved(pdf)


def missing_font() -> bytes:
    return saved(one_page(drawing() + b" BT /Nowhere 12 Tf 10 20 Td (text) Tj ET")[0])


def drawn_font() -> bytes:
    """Its letters are drawings; the one that is used paints the lower right quarter white."""
    pdf, page = one_page(drawing() + b" BT /F 1 Tf (a) Tj ET")
    letter = stream_of(pdf, b"200 0 d0 1 g 92 2 86 116 re f")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 200, 300]), FontMatrix=Array([1, 0, 0, 1, 0, 0]),
        CharProcs=Dictionary(a=letter), Encoding=Dictionary(Differences=Array([97, Name.a])), FirstChar=97,
        LastChar=97, Widths=Array([200]), Resources=Dictionary(),
    )  # fmt: skip
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    return saved(pdf)


def shining_through() -> bytes:
    """White over the last quarter, half of it."""
    pdf, page = one_page(drawing() + b" /Half gs " + LOOKS_LIKE_PAPER)
    page.Resources = Dictionary(ExtGState=Dictionary(Half=Dictionary(ca=0.5, CA=0.5)))
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB, I=True)
    return saved(pdf)


def multiplied() -> bytes:
    """White that is multiplied changes nothing."""
    pdf, page = one_page(drawing() + b" /Ink gs " + LOOKS_LIKE_PAPER)
    page.Resources = Dictionary(ExtGState=Dictionary(Ink=Dictionary(BM=Name.Multiply)))
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    return saved(pdf)


def masked() -> bytes:
    """The drawing shows where its mask is white: not in the last quarter."""
    pdf, page = one_page(b"/Masked gs " + drawing())
    mask = form(
        pdf,
        b"1 g 0 0 180 240 re f 0 g 90 0 90 120 re f",
        Resources=Dictionary(),
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
    )
    state = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=mask))
    page.Resources = Dictionary(ExtGState=Dictionary(Masked=state))
    return saved(pdf)


def layer(pdf: Pdf, name: str) -> Object:
    return pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))


def layered(content: bytes, *, is_shown: bool, **properties: Any) -> bytes:
    """`content` is drawn on a layer; `properties` go into what the reader is told to show."""
    pdf, page = one_page(drawing() + b" /OC /Layer BDC " + content + b" EMC")
    sheet = layer(pdf, "draft")
    page.Resources = Dictionary(Properties=Dictionary(Layer=sheet))
    shown = Dictionary(Order=Array([sheet]), **properties)
    shown["/ON" if is_shown else "/OFF"] = Array([sheet])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([sheet]), D=shown)
    return saved(pdf)


def layer_shown() -> bytes:
    return layered(LOOKS_LIKE_PAPER, is_shown=True)


def layer_hidden() -> bytes:
    return layered(LOOKS_LIKE_PAPER, is_shown=False)


def layer_hidden_in_a_form() -> bytes:
    """The whole drawing on the layer stands elsewhere."""
    pdf, page = one_page(drawing() + b" /P Do")
    sheet = layer(pdf, "draft")
    page.Resources = Dictionary(XObject=Dictionary(P=form(pdf, LOOKS_LIKE_PAPER, OC=sheet)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([sheet]), D=Dictionary(OFF=Array([sheet])))
    return saved(pdf)


def with_picture(entries: Callable[[Pdf], dict[str, Any]], data: bytes) -> Callable[[], bytes]:
    """A page that is one picture; `data` is packed as the entries say."""

    def make() -> bytes:
        pdf, page = one_page(WHOLE_PAGE)
        picture = Stream(pdf, b"")
        known = {"BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB, "Width": 180, "Height": 240, **entries(pdf)}
        picture.write(data, filter=known.pop("Filter"), decode_parms=known.pop("DecodeParms", None))
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        for key, value in known.items():
            picture[f"/{key}"] = value
        page.Resources = Dictionary(XObject=Dictionary(P=pdf.make_indirect(picture)))
        return raw_saved(pdf)

    return make


def upright() -> Image.Image:
    return quarters(PAGE)


def black_and_white() -> Image.Image:
    """White, black, black, white; what fax machines send has no colours, and a PDF takes it the other way round."""
    return quarters(PAGE, (1, 0, 0, 1), "1")


def fax() -> bytes:
    """Packed as fax machines do: one strip of a TIFF, without the TIFF."""
    data = encoded(black_and_white(), "TIFF", compression="group4", tiffinfo={278: PAGE[1]})
    with TiffImageFile(BytesIO(data)) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    return data[start : start + length]


def jbig2() -> bytes:
    """A page of scanner's JBIG2: the page's segment, and one region packed as by a fax machine."""
    width, height = PAGE
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    rows = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + fax()
    first = struct.pack(">IBBBI", 0, 48, 0, 1, len(page))
    second = struct.pack(">IBBBI", 1, 38, 0, 1, len(rows))
    return first + page + second + rows


def mask_picture() -> bytes:
    """White paper shows through where the picture's own mask is clear."""
    pdf, page = one_page(WHOLE_PAGE)
    mask = stream_of(
        pdf, quarters(PAGE, (255, 255, 255, 0), "L").tobytes(), Type=Name.XObject, Subtype=Name.Image,
        Width=PAGE[0], Height=PAGE[1], ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip
    picture = stream_of(
        pdf, upright().tobytes(), Type=Name.XObject, Subtype=Name.Image, SMask=mask,
        Width=PAGE[0], Height=PAGE[1], ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip
    page.Resources = Dictionary(XObject=Dictionary(P=picture))
    return saved(pdf)


def spot_colours() -> bytes:
    """Inks by name, and what they look like: a printer's file."""
    pdf, page = one_page(drawing() + b" /Spot cs 1 scn 92 2 86 116 re f")
    look = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([1, 1, 1]), N=1)
    spot = Array([Name.Separation, Name.Paper, Name.DeviceRGB, look])
    page.Resources = Dictionary(ColorSpace=Dictionary(Spot=spot))
    return saved(pdf)


def indexed(pdf: Pdf) -> dict[str, Any]:
    table = String(bytes(level for colour in QUARTERS for level in colour))
    return {"Filter": Name.FlateDecode, "ColorSpace": Array([Name.Indexed, Name.DeviceRGB, 3, table])}


def of_filter(name: str, **entries: Any) -> Callable[[Pdf], dict[str, Any]]:
    return lambda pdf: {"Filter": Name("/" + name), **entries}


ONE_BIT = {"BitsPerComponent": 1, "ColorSpace": Name.DeviceGray}
CHESS = ((0, 0, 0), WHITE, WHITE, (0, 0, 0))
FAX = of_filter("CCITTFaxDecode", DecodeParms=Dictionary(K=-1, Columns=PAGE[0], Rows=PAGE[1]), **ONE_BIT)
HALF_YELLOW = (247, 232, 137)
FILES = tuple(
    OddFile(f"{name}.pdf", make, Accepted(PAGE, looks=looks))
    for name, make, looks in (
        ("font-of-the-reader", foreign_font, COVERED),
        ("font-chinese", foreign_chinese_font, QUARTERS),
        ("font-missing", missing_font, QUARTERS),
        ("font-drawn", drawn_font, COVERED),
        ("shining-through", shining_through, (*QUARTERS[:3], HALF_YELLOW)),
        ("multiplied", multiplied, QUARTERS),
        ("masked", masked, COVERED),
        ("layer-shown", layer_shown, COVERED),
        ("layer-hidden", layer_hidden, QUARTERS),
        ("layer-hidden-in-a-form", layer_hidden_in_a_form, QUARTERS),
        ("picture-jpeg", with_picture(of_filter("DCTDecode"), jpeg(upright())), QUARTERS),
        ("picture-jpx", with_picture(of_filter("JPXDecode"), encoded(upright(), "JPEG2000")), QUARTERS),
        (
            "picture-indexed",
            with_picture(indexed, zlib.compress(quarters(PAGE, (0, 1, 2, 3), "P").tobytes())),
            QUARTERS,
        ),
        ("picture-fax", with_picture(FAX, fax()), CHESS),
        ("picture-jbig2", with_picture(of_filter("JBIG2Decode", **ONE_BIT), jbig2()), CHESS),
        ("picture-masked", mask_picture, COVERED),
        ("spot-colours", spot_colours, COVERED),
    )
)
