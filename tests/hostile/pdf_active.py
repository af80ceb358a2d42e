"""PDFs that act: scripts, programs to start, files, forms, links and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from evidence.checks import FileWarning
from evidence.errors import FormNotDrawn
from tests.hostile.drawn import add_page, one_page, saved
from tests.hostile.odd_file import PAGE, QUARTERS, WHITE, Accepted, Colour, OddFile, Refused

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert('opened')"))
PROGRAM = Dictionary(S=Name.Launch, F=String("cmd.exe"))
# Over the lower right quarter of the page, and a little less.
CORNER = (92, 2, 178, 118)
ACTIVE = Accepted(PAGE, warnings=(FileWarning.ACTIVE_PDF,))
PLAIN = Accepted(PAGE)


def changed(change: Callable[[Pdf, Dictionary], None]) -> Callable[[], bytes]:
    """One page of the four quarters, changed."""

    def make() -> bytes:
        pdf, page = one_page()
        change(pdf, page)
        return saved(pdf)

    return make


def annotate(pdf: Pdf, page: Dictionary, subtype: str, **entries: Any) -> Object:
    note = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array(CORNER), **entries))
    page.Annots = Array([*page.get("/Annots", []), note])
    return note


def patch(pdf: Pdf, colour: Colour) -> Dictionary:
    """The look of a note: one colour all over."""
    red, green, blue = (level / 255 for level in colour)
    look = Stream(pdf, f"{red:.3f} {green:.3f} {blue:.3f} rg 0 0 86 116 re f".encode())
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 86, 116])
    return Dictionary(N=pdf.make_indirect(look))


def opening_script(pdf: Pdf, page: Dictionary) -> None:
    pdf.Root.OpenAction = SCRIPT


def named_script(pdf: Pdf, page: Dictionary) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("run"), SCRIPT])))


def page_script(pdf: Pdf, page: Dictionary) -> None:
    page.AA = Dictionary(O=SCRIPT, C=SCRIPT)


def closing_script(pdf: Pdf, page: Dictionary) -> None:
    pdf.Root.AA = Dictionary(WC=SCRIPT, DP=SCRIPT)


def launching_button(pdf: Pdf, page: Dictionary) -> None:
    annotate(pdf, page, "Link", A=PROGRAM)


def chained_action(pdf: Pdf, page: Dictionary) -> None:
    """A turn of the page that is followed by a program."""
    turn = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=Array([PROGRAM]))
    annotate(pdf, page, "Link", A=turn)


def ring_of_actions(pdf: Pdf, page: Dictionary) -> None:
    first = pdf.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
    second = pdf.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage, Next=first))
    first.Next = second
    annotate(pdf, page, "Link", A=first)


def bookmark_script(pdf: Pdf, page: Dictionary) -> None:
    entry = pdf.make_indirect(Dictionary(Title=String("1"), A=SCRIPT))
    outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))
    entry.Parent = outlines
    pdf.Root.Outlines = outlines


def web_link(pdf: Pdf, page: Dictionary) -> None:
    annotate(pdf, page, "Link", A=Dictionary(S=Name.URI, URI=String("https://example.com/")))
    pdf.Root.OpenAction = Array([page, Name.Fit])


def sending_form(pdf: Pdf, page: Dictionary) -> None:
    send = Dictionary(S=Name.SubmitForm, F=String("https://example.com/"))
    field = annotate(pdf, page, "Widget", FT=Name.Btn, T=String("send"), Ff=1 << 16, A=send, AP=patch(pdf, WHITE), F=4)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def attached_file(pdf: Pdf, page: Dictionary) -> None:
    pdf.attachments["payload.exe"] = b"MZ" + bytes(300)


def pinned_file(pdf: Pdf, page: Dictionary) -> None:
    """The file hangs on a note of the page."""
    data = pdf.make_indirect(Stream(pdf, b"MZ" + bytes(300)))
    data.Type = Name.EmbeddedFile
    file = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("payload.exe"), EF=Dictionary(F=data)))
    annotate(pdf, page, "FileAttachment", FS=file, AP=patch(pdf, WHITE), F=4)


def associated_file(pdf: Pdf, page: Dictionary) -> None:
    """As electronic invoices carry their data: on the document and on its page."""
    attached_file(pdf, page)
    page.AF = Array([file.obj for file in pdf.attachments.values()])


def film(pdf: Pdf, page: Dictionary) -> None:
    data = pdf.make_indirect(Stream(pdf, b"FWS" + bytes(300)))
    annotate(pdf, page, "RichMedia", RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("a"), data]))))


def filled_form(pdf: Pdf, page: Dictionary) -> None:
    field = annotate(pdf, page, "Widget", FT=Name.Tx, T=String("name"), V=String("X"), AP=patch(pdf, WHITE), F=4)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def add_fields(pdf: Pdf, field: Object) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    fonts = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(font)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=fonts, DA=String("/Helv 12 Tf 0 g"), NeedAppearances=True)


def bare_form(pdf: Pdf, page: Dictionary) -> None:
    """What was filled in has no look of its own: the reader is to draw it."""
    field = annotate(pdf, page, "Widget", FT=Name.Tx, T=String("name"), V=String("MMMMM"), F=4)
    field.DA = String("/Helv 30 Tf 0 g")
    add_fields(pdf, field)


def bare_chinese_form(pdf: Pdf, page: Dictionary) -> None:
    field = annotate(pdf, page, "Widget", FT=Name.Tx, T=String("name"), V=String("王敏"), F=4)
    add_fields(pdf, field)


def chinese_form(pdf: Pdf, page: Dictionary) -> None:
    """There is a look, and the reader is asked to draw it anew: only it can."""
    field = annotate(pdf, page, "Widget", FT=Name.Tx, T=String("name"), V=String("王敏"), AP=patch(pdf, WHITE), F=4)
    field.DA = String("/Helv 30 Tf 0 g")
    add_fields(pdf, field)


def bare_box(pdf: Pdf, page: Dictionary) -> None:
    field = annotate(pdf, page, "Widget", FT=Name.Btn, T=String("agreed"), V=Name.Yes, AS=Name.Yes, F=4)
    add_fields(pdf, field)


def ticked_box(pdf: Pdf, page: Dictionary) -> None:
    """Two looks, and the one that is chosen."""
    looks = Dictionary(Yes=patch(pdf, WHITE).N, Off=patch(pdf, QUARTERS[0]).N)
    field = annotate(pdf, page, "Widget", FT=Name.Btn, T=String("agreed"), V=Name.Yes, AS=Name.Yes, F=4)
    field.AP = Dictionary(N=looks)
    add_fields(pdf, field)


def xml_form(pdf: Pdf, page: Dictionary) -> None:
    data = pdf.make_indirect(Stream(pdf, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=data)


def xml_form_only(pdf: Pdf, page: Dictionary) -> None:
    """Its only page asks the reader to wait."""
    xml_form(pdf, page)
    pdf.Root.NeedsRendering = True


def hidden_note(pdf: Pdf, page: Dictionary) -> None:
    annotate(pdf, page, "Square", AP=patch(pdf, WHITE), F=2)


def unprinted_note(pdf: Pdf, page: Dictionary) -> None:
    """Shown on a screen only: what a person sees goes into the packet."""
    annotate(pdf, page, "Square", AP=patch(pdf, WHITE), F=0)


def note_with_popup(pdf: Pdf, page: Dictionary) -> None:
    note = annotate(pdf, page, "Text", Contents=String("secret"), AP=patch(pdf, WHITE), F=4)
    popup = annotate(pdf, page, "Popup", Parent=note, Open=True)
    note.Popup = popup


def odd_annotations(pdf: Pdf, page: Dictionary) -> None:
    """Entries that are no notes, as deleted ones leave them behind."""
    annotate(pdf, page, "Square", AP=patch(pdf, WHITE), F=4)
    page.Annots = Array([pdf.make_indirect(Dictionary()), 7, String("x"), None, *page.Annots])


def annotations_of_another_kind(pdf: Pdf, page: Dictionary) -> None:
    page.Annots = Dictionary()


def doubled_annotations(pdf: Pdf, page: Dictionary) -> None:
    """Two pages with one list of notes."""
    annotate(pdf, page, "Square", AP=patch(pdf, WHITE), F=4)
    page.Annots = pdf.make_indirect(page.Annots)
    add_page(pdf, Annots=page.Annots)


COVERED = (*QUARTERS[:3], WHITE)
# In the middle of a letter.
INKED = (0, 0, 0)
STAMPED = Accepted(PAGE, looks=COVERED)
FILES = tuple(
    OddFile(f"{name}.pdf", changed(change), expected)
    for name, change, expected in (
        ("script-on-opening", opening_script, ACTIVE),
        ("script-by-name", named_script, ACTIVE),
        ("script-of-a-page", page_script, ACTIVE),
        ("script-on-closing", closing_script, ACTIVE),
        ("script-of-a-bookmark", bookmark_script, ACTIVE),
        ("program", launching_button, ACTIVE),
        ("program-after-a-turn", chained_action, ACTIVE),
        ("ring-of-actions", ring_of_actions, PLAIN),
        ("web-link", web_link, PLAIN),
        ("form-that-sends", sending_form, Accepted(PAGE, warnings=(FileWarning.ACTIVE_PDF,), looks=COVERED)),
        ("attached-file", attached_file, ACTIVE),
        ("pinned-file", pinned_file, Accepted(PAGE, warnings=(FileWarning.ACTIVE_PDF,), looks=COVERED)),
        ("invoice-with-data", associated_file, ACTIVE),
        ("film", film, ACTIVE),
        ("form-filled", filled_form, STAMPED),
        ("form-without-looks", bare_form, Accepted(PAGE, looks=(*QUARTERS[:3], INKED), tolerance=70)),
        ("form-of-chinese-without-looks", bare_chinese_form, Refused(FormNotDrawn)),
        ("form-of-chinese", chinese_form, STAMPED),
        ("form-of-xml-only", xml_form_only, Refused(FormNotDrawn)),
        ("box-without-looks", bare_box, Refused(FormNotDrawn)),
        ("box-ticked", ticked_box, STAMPED),
        ("form-of-xml", xml_form, ACTIVE),
        ("note-hidden", hidden_note, PLAIN),
        ("note-on-screen", unprinted_note, STAMPED),
        ("note-with-popup", note_with_popup, STAMPED),
        ("notes-deleted", odd_annotations, STAMPED),
        ("notes-of-another-kind", annotations_of_another_kind, Accepted(PAGE, warnings=(FileWarning.REPAIRED_PDF,))),
        ("notes-doubled", doubled_annotations, Accepted(PAGE, pages=2, looks=COVERED)),
    )
)
