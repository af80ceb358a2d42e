"""PDFs as people and attackers send them, written into a folder; the same call gives the same bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

if TYPE_CHECKING:
    from pathlib import Path

PORTRAIT = (595, 842)
LANDSCAPE = (842, 595)
# A red bar along the top edge and a blue one along the bottom of a portrait page.
BARS = b"1 0 0 rg 0 742 595 100 re f 0 0 1 rg 0 0 595 100 re f"
PASSWORD = "geheim"


def drawing(size: tuple[float, float] = PORTRAIT, pages: int = 1, rotate: int = 0) -> Pdf:
    pdf = Pdf.new()
    for _number in range(pages):
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *size]),
            Contents=pdf.make_indirect(Stream(pdf, BARS)),
            Resources=Dictionary(),
        )
        if rotate:
            page.Rotate = rotate
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf


def saved(pdf: Pdf, path: Path, **options: Any) -> Path:
    options.setdefault("deterministic_id", True)
    pdf.save(path, **options)
    return path


def letter(folder: Path, pages: int = 1) -> Path:
    return saved(drawing(pages=pages), folder / "letter.pdf")


def landscape(folder: Path) -> Path:
    return saved(drawing(LANDSCAPE), folder / "landscape.pdf")


def rotated(folder: Path) -> Path:
    """Stored upright, shown lying on its side: the red bar is at the right."""
    return saved(drawing(rotate=90), folder / "rotated.pdf")


def many_pages(folder: Path, pages: int = 500) -> Path:
    return saved(drawing(pages=pages), folder / f"pages{pages}.pdf")


def huge_page(folder: Path) -> Path:
    """Both sides are 200,000 points, about 70 metres."""
    return saved(drawing((200_000, 200_000)), folder / "huge.pdf")


def encrypted(folder: Path) -> Path:
    """Asks for a password when it is opened."""
    lock = pikepdf.Encryption(owner="owner", user=PASSWORD)
    return saved(drawing(), folder / "locked.pdf", encryption=lock, deterministic_id=False, static_id=True)


def restricted(folder: Path, *, can_print: bool) -> Path:
    """Opens without a password but forbids changes, as electronic invoices do."""
    allow = pikepdf.Permissions(
        modify_other=False, modify_assembly=False, print_lowres=can_print, print_highres=can_print
    )
    lock = pikepdf.Encryption(owner="owner", user="", allow=allow)
    name = f"restricted-{'print' if can_print else 'noprint'}.pdf"
    return saved(drawing(), folder / name, encryption=lock, deterministic_id=False, static_id=True)


def scripted(folder: Path) -> Path:
    """Runs a script when opened and carries a file."""
    pdf = drawing()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('opened')"))
    pdf.attachments["payload.exe"] = b"MZ" + bytes(100)
    return saved(pdf, folder / "scripted.pdf")


def with_button(folder: Path) -> Path:
    """A link on the page that starts a program."""
    pdf = drawing()
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    button = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]), A=launch)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(button)])
    return saved(pdf, folder / "button.pdf")


def with_links(folder: Path) -> Path:
    """A web link and an opening page: ordinary, harmless actions."""
    pdf = drawing()
    web = Dictionary(S=Name.URI, URI=String("https://example.com/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]), A=web)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
    return saved(pdf, folder / "links.pdf")


def with_stamp(folder: Path) -> Path:
    """A blank page whose red seal is a signature field's picture, as Chinese e-signing services make it."""
    pdf = drawing()
    pdf.pages[0].obj.Contents = pdf.make_indirect(Stream(pdf, b" "))
    seal = Stream(pdf, b"1 0 0 rg 0 0 300 300 re f")
    seal.Type, seal.Subtype, seal.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 300])
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("seal"),
            F=4,
            Rect=Array([147, 271, 447, 571]),
            AP=Dictionary(N=pdf.make_indirect(seal)),
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    return saved(pdf, folder / "stamp.pdf")


def broken(folder: Path) -> Path:
    """Cut in the first third: no page can be found."""
    data = letter(folder).read_bytes()
    return overwrite(folder / "broken.pdf", data[: len(data) // 3])


def without_index(folder: Path) -> Path:
    """Whole, but where its table of contents (xref) begins is told wrongly; readers rebuild it."""
    data = letter(folder).read_bytes()
    return overwrite(folder / "noindex.pdf", data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n")


def with_padding(folder: Path) -> Path:
    """A byte order mark and blank lines before the first line, as some web shops export it."""
    return overwrite(folder / "padded.pdf", b"\xef\xbb\xbf\r\n\r\n" + letter(folder).read_bytes())


def corrupt_page(folder: Path) -> Path:
    """The compressed drawing of the page is damaged in the middle."""
    pdf = drawing()
    packed = bytearray(zlib.compress(BARS * 200))
    packed[len(packed) // 2 :] = b"\x00" * (len(packed) - len(packed) // 2)
    stream = Stream(pdf, b"")
    stream.write(bytes(packed), filter=Name.FlateDecode)
    pdf.pages[0].obj.Contents = pdf.make_indirect(stream)
    return save_packed(pdf, folder / "corrupt.pdf")


def no_pages(folder: Path) -> Path:
    return saved(Pdf.new(), folder / "nopages.pdf")


def packed_zeros(megabytes: int) -> bytes:
    """What zlib makes of that many million zero bytes, put together from one packed million."""
    packer = zlib.compressobj(9)
    start = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, wbits=-15)
    block = again.compress(bytes(1_000_000)) + again.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-15).flush()
    # Adler-32 of n zeros: the first sum stays 1, the second counts them.
    checksum = (megabytes * 1_000_000 % 65_521) << 16 | 1
    return start + block * (megabytes - 1) + end + checksum.to_bytes(4, "big")


def bomb(pdf: Pdf, megabytes: int) -> Stream:
    """A stream of zeros behind two layers of compression: gigabytes from kilobytes."""
    stream = Stream(pdf, b"")
    packed = zlib.compress(packed_zeros(megabytes), 9)
    stream.write(packed, filter=Array([Name.FlateDecode] * 2), decode_parms=Array([Dictionary()] * 2))
    return stream


def save_packed(pdf: Pdf, path: Path) -> Path:
    return saved(pdf, path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def stream_bomb(folder: Path) -> Path:
    """A page whose drawing unpacks to four gigabytes of nothing."""
    pdf = drawing()
    pdf.pages[0].obj.Contents = pdf.make_indirect(bomb(pdf, 4_000))
    return save_packed(pdf, folder / "bomb.pdf")


def image_bomb(folder: Path) -> Path:
    """A page with a picture of 900 megapixels in three colours."""
    pdf = drawing()
    picture = bomb(pdf, 2_700)
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = 30_000, 30_000, 8
    picture.ColorSpace = Name.DeviceRGB
    page = pdf.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(P=pdf.make_indirect(picture)))
    page.Contents = pdf.make_indirect(Stream(pdf, b"595 0 0 842 0 0 cm /P Do"))
    return save_packed(pdf, folder / "imagebomb.pdf")


def endless(folder: Path, levels: int = 12) -> Path:
    """Forms that each draw the next ten times: ten to the `levels` drawings from a kilobyte."""
    pdf = drawing()
    inner = Stream(pdf, b"0 0 1 1 re f")
    inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 850])
    for _level in range(levels):
        outer = Stream(pdf, b"/N Do " * 10)
        outer.Type, outer.Subtype, outer.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 850])
        outer.Resources = Dictionary(XObject=Dictionary(N=pdf.make_indirect(inner)))
        inner = outer
    page = pdf.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(N=pdf.make_indirect(inner)))
    page.Contents = pdf.make_indirect(Stream(pdf, b"/N Do"))
    return saved(pdf, folder / "endless.pdf")


def overwrite(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
