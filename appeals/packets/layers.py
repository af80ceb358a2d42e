"""Layers of a PDF that its reader does not show: a packet has no layers, so what lies on them is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
    Key = tuple[int, int]

BEGIN_PLAIN, BEGIN, END = "BMC", "BDC", "EMC"
# What paints along a path also ends that path; what shows text on the next line also goes there.
PATH_PAINTING = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
NEXT_LINE_TEXT = frozenset({"'", '"'})
OTHER_PAINTING = frozenset({"Tj", "TJ", "Do", "sh", "INLINE IMAGE"})
END_PATH, NEXT_LINE = "n", "T*"
NOTHING = Array([0, 0, 0, 0])


def drop_hidden_layers(document: pikepdf.Pdf) -> None:
    """Take out of pages, forms and annotations what is on a layer that is off when the document is opened."""
    hidden = _hidden(document)
    if not hidden:
        return
    for page in document.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, Array):
            page.obj.Annots = Array([note for note in notes if not _is_hidden(_entry(note, "/OC"), hidden)])
        if _has_hidden(page.resources, hidden):
            page.obj.Contents = document.make_stream(_without(page, page.resources, hidden))
    for item in document.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if _is_hidden(_entry(item, "/OC"), hidden):
            _empty(item)
        elif item.get("/Subtype") == Name.Form and _has_hidden(_entry(item, "/Resources"), hidden):
            item.write(_without(item, item.Resources, hidden))


def _hidden(document: pikepdf.Pdf) -> frozenset[Key]:
    """Object numbers of the layers that are off."""
    properties = document.Root.get("/OCProperties")
    shown = _entry(properties, "/D")
    off = _listed(_entry(shown, "/OFF"))
    if _entry(shown, "/BaseState") == Name.OFF:
        off |= _listed(_entry(properties, "/OCGs")) - _listed(_entry(shown, "/ON"))
    return frozenset(off)


def _listed(layers: pikepdf.Object | None) -> set[Key]:
    return {layer.objgen for layer in layers if _is_dictionary(layer)} if isinstance(layers, Array) else set()


def _entry(holder: pikepdf.Object | None, key: str) -> pikepdf.Object | None:
    return holder.get(key) if holder is not None and _is_dictionary(holder) else None


def _is_dictionary(value: object) -> bool:
    return isinstance(value, Dictionary | pikepdf.Stream)


def _is_hidden(layer: pikepdf.Object | None, hidden: frozenset[Key]) -> bool:
    """Of a layer itself, or of a group of them, which is shown where any of its layers is unless it says otherwise."""
    if layer is None or not _is_dictionary(layer):
        return False
    members = layer.get("/OCGs")
    if members is None:
        return layer.objgen in hidden
    states = [key in hidden for key in (_listed(members) if isinstance(members, Array) else {members.objgen})]
    match str(layer.get("/P", "/AnyOn")):
        case "/AllOn":
            return any(states)
        case "/AnyOff":
            return bool(states) and not any(states)
        case "/AllOff":
            return not all(states)
        case _:
            return bool(states) and all(states)


def _has_hidden(resources: pikepdf.Object | None, hidden: frozenset[Key]) -> bool:
    names = _entry(resources, "/Properties")
    return names is not None and any(_is_hidden(layer, hidden) for layer in names.values())


def _without(content: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, hidden: frozenset[Key]) -> bytes:
    """The drawing without what stands between the marks of a hidden layer."""
    names = resources.Properties
    off = {name for name in names.keys() if _is_hidden(names[name], hidden)}  # noqa: SIM118 - no Python dictionary
    return pikepdf.unparse_content_stream(list(_left(pikepdf.parse_content_stream(content), off)))


def _left(instructions: Iterable[Instruction], off: set[str]) -> Iterator[Instruction]:
    marks: list[bool] = []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in (BEGIN, BEGIN_PLAIN):
            marks.append(operator == BEGIN and _names_layer(list(instruction.operands), off))
        elif operator == END and marks:
            marks.pop()
        if not any(marks) or operator in (BEGIN, BEGIN_PLAIN, END):
            yield instruction
        elif operator in PATH_PAINTING:
            yield pikepdf.ContentStreamInstruction([], Operator(END_PATH))
        elif operator in NEXT_LINE_TEXT:
            yield pikepdf.ContentStreamInstruction([], Operator(NEXT_LINE))
        elif operator not in OTHER_PAINTING:
            yield instruction


def _names_layer(operands: list[pikepdf.Object], off: set[str]) -> bool:
    return len(operands) > 1 and str(operands[0]) == "/OC" and str(operands[1]) in off


def _empty(drawing: pikepdf.Stream) -> None:
    """Leave nothing of a picture or a form but its name."""
    for key in ("/SMask", "/Mask", "/Resources", "/Group"):
        if key in drawing:
            del drawing[key]
    drawing.Subtype, drawing.BBox = Name.Form, NOTHING
    drawing.write(b"")
