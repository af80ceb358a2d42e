"""What of PDF/A-3b can be checked without a validator: what is wrong, and nothing of what is right."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf

FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"}
FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}
FORBIDDEN_SPACES = {"/DeviceCMYK"}
RELATIONS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def faults(path: Path) -> list[str]:
    found = list(_bytes(path.read_bytes()))
    with pikepdf.open(path) as document:
        found += _metadata(document)
        found += _colours(document)
        found += _files(document)
        for number, thing in enumerate(document.objects):
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                found += [f"object {number}: {fault}" for fault in _object(thing)]
    return found


def _bytes(data: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}", data):
        yield "no header of version 1.4 to 1.7 with four high bytes behind it"
    if not data.endswith(b"%%EOF\n"):
        yield "something stands behind the end"


def _metadata(document: pikepdf.Pdf) -> Iterator[str]:
    if document.is_encrypted or "/Encrypt" in document.trailer:
        yield "encrypted"
    if len(document.trailer.get("/ID", [])) != 2:
        yield "no identifier"
    packet = document.Root.Metadata.read_bytes()
    tree = ET.fromstring(packet)  # noqa: S314 - our own file
    attributes = {key: value for element in tree.iter() for key, value in element.attrib.items()}
    if (attributes.get(f"{PDFAID}part"), attributes.get(f"{PDFAID}conformance")) != ("3", "B"):
        yield "the metadata claim another part or level"
    titles = ["".join(title.itertext()) for title in tree.iter(DC_TITLE)]
    if titles != [str(document.docinfo.Title)]:
        yield "the titles differ"
    if document.Root.get("/Lang") is None or not document.Root.ViewerPreferences.DisplayDocTitle:
        yield "no language, or no title shown"
    if not document.Root.MarkInfo.Marked or "/StructTreeRoot" not in document.Root:
        yield "no structure"


def _colours(document: pikepdf.Pdf) -> Iterator[str]:
    intents = list(document.Root.get("/OutputIntents", []))
    if [str(intent.S) for intent in intents] != ["/GTS_PDFA1"]:
        yield "no output intent, or several"
        return
    profile = intents[0].DestOutputProfile.read_bytes()
    if intents[0].DestOutputProfile.N != 3 or profile[16:20] != b"RGB " or profile[36:40] != b"acsp":
        yield "the output intent is not RGB"


def _files(document: pikepdf.Pdf) -> Iterator[str]:
    associated = {spec.objgen for spec in document.Root.get("/AF", [])}
    named = list(document.Root.Names.EmbeddedFiles.Names)
    keys, specs = [bytes(key) for key in named[::2]], named[1::2]
    if keys != sorted(keys):
        yield "the names of the files are not sorted"
    if associated != {spec.objgen for spec in specs}:
        yield "a file is not associated"
    if len({str(spec.UF) for spec in specs}) != len(specs):
        yield "two files have one name"
    for spec in specs:
        stream = spec.EF.F
        if str(spec.UF) != str(spec.F) or str(spec.get("/AFRelationship")) not in RELATIONS:
            yield f"{spec.UF}: no name or no relation"
        if (
            "/Subtype" not in stream
            or "/ModDate" not in stream.Params
            or stream.Params.Size != len(stream.read_bytes())
        ):
            yield f"{spec.UF}: no type, no moment or another size"


def _object(thing: pikepdf.Dictionary | pikepdf.Stream) -> Iterator[str]:
    kind, subtype = str(thing.get("/Type", "")), str(thing.get("/Subtype", ""))
    if str(thing.get("/S", "")) in FORBIDDEN_ACTIONS or "/AA" in thing or "/JS" in thing or "/OpenAction" in thing:
        yield "something acts"
    if kind == "/Annot" and not int(thing.get("/F", 0)) & 4:
        yield "an annotation is not printed"
    if kind == "/Font" and subtype != "/Type0":
        descriptor: Any = thing.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"font {thing.get('/BaseFont')} is not inside"
    if kind == "/Font" and "/ToUnicode" not in thing and subtype == "/Type0":
        yield f"font {thing.get('/BaseFont')} does not tell its letters"
    if "/SMask" in thing and str(thing.SMask) != "/None":
        yield "a soft mask"
    if kind == "/Group" or "/Group" in thing:
        yield "a transparency group"
    if isinstance(thing, pikepdf.Stream):
        yield from _stream(thing, subtype)


def _stream(stream: pikepdf.Stream, subtype: str) -> Iterator[str]:
    filters: Any = stream.get("/Filter", [])
    names = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(name) for name in filters}
    if names & FORBIDDEN_FILTERS or "/F" in stream:
        yield "a filter that is not allowed, or a stream outside of the file"
    if subtype == "/Image":
        space = stream.ColorSpace
        if str(space) in FORBIDDEN_SPACES:
            yield "inks of an unknown press"
        if stream.get("/Interpolate", False) or "/Alternates" in stream or "/OPI" in stream:
            yield "an image that looks different elsewhere"
        if names == {"/FlateDecode"}:
            zlib.decompress(stream.read_raw_bytes())
