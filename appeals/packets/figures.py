"""What is seen of the evidence, one by one: a picture, a part of a tall one, a page of a PDF, the stills of a film."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageCms, ImageFile

from appeals.packets import png
from appeals.packets.cuts import TALL, windows
from appeals.packets.documents import clean_document, cleaned_path
from appeals.packets.geometry import evidence_box
from appeals.packets.pictures import HEAD_BYTES, SIDEWAYS
from evidence.decoder.pictures import inks_of, on_white, orientation, turned

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.packets.content import Piece

PDF = "application/pdf"
PHONE_RATIO = 1.6  # of height to width: phones' screens, and nothing that lies
SRGB = ImageCms.createProfile("sRGB")
NEAR = 1.4  # larger than asked for, that is not worth a resize before the next
pdfium_lock = Lock()  # pdfium is not made for two threads
FLAT_MODES = ("L", "RGB", "CMYK")


class Kind(StrEnum):
    PHONE = "phone"
    SCREEN = "screen"
    PHOTO = "photo"
    PAGE = "page"
    STILLS = "stills"


@dataclass(frozen=True)
class Legible:
    """Pixels of the output: below the floor letters blur, beyond the most nothing more is seen on a screen.

    `width` counts the width only; else the longer side counts, and the shorter one has a floor of its own.
    """

    floor: int
    most: int
    is_width: bool = False


LEGIBLE = {
    Kind.PHONE: Legible(540, 1440, is_width=True),
    Kind.SCREEN: Legible(1200, 2560),
    Kind.PHOTO: Legible(800, 2000),
    Kind.PAGE: Legible(1200, 2000),
    Kind.STILLS: Legible(1200, 1920),
}
SHORT_FLOOR = 400  # a strip that is fitted by its longer side would be a line


@dataclass(frozen=True)
class Figure:
    """One thing to look at; `width` and `height` are its upright pixels, and `part` counts from 1.

    `full_width` is that of the file, upright: a tall picture was made narrower before it was cut. A PDF's page has
    `page` from 0 and no pixels of its own: it can be drawn as large as `width` and `height`, and `full_width` is 0.
    """

    piece: Piece
    kind: Kind
    path: Path
    width: int
    height: int
    full_width: int
    is_lossless: bool = False
    part: int = 1
    parts: int = 1
    page: int | None = None

    @property
    def smallest(self) -> float:
        """The scale at which it can just be read, 1.0 for what is small already."""
        legible = LEGIBLE[self.kind]
        if legible.is_width:
            return min(1.0, legible.floor / self.width)
        long, short = max(self.width, self.height), min(self.width, self.height)
        return min(1.0, max(legible.floor / long, SHORT_FLOOR / short))

    @property
    def largest(self) -> float:
        """The scale beyond which more pixels show nothing more."""
        legible = LEGIBLE[self.kind]
        side = self.width if legible.is_width else max(self.width, self.height)
        return max(self.smallest, min(1.0, legible.most / side))

    def size(self, zoom: float) -> tuple[int, int]:
        """Pixels at a zoom from 0.0, just legible, to 1.0."""
        scale = self.smallest + zoom * (self.largest - self.smallest)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def draw(self, size: tuple[int, int]) -> Image.Image:
        """At least of this size, upright, in sRGB, without metadata. Raises what readers of pictures and PDFs raise."""
        if self.page is not None:
            return drawn_page(self.path, self.page, size)
        return upright(self.path, size)


def figures_of(piece: Piece, *, work_dir: Path) -> list[Figure]:
    """Everything to see of a piece. Raises what readers of pictures and PDFs raise."""
    # WeasyPrint turns this on for the whole process; half a photo would pass as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if piece.media_type == PDF:
        return _pages(piece, work_dir)
    if piece.is_film:
        return _stills(piece)
    return _pictures(piece, work_dir)


def _stills(piece: Piece) -> list[Figure]:
    if piece.stills is None:
        raise ValueError("a film without stills")
    with Image.open(piece.stills) as image:
        return [Figure(piece, Kind.STILLS, piece.stills, *image.size, image.width)]


def _pages(piece: Piece, work_dir: Path) -> list[Figure]:
    cleaned = cleaned_path(work_dir, piece)
    sheets = clean_document(piece, cleaned=cleaned)
    document = pypdfium2.PdfDocument(cleaned)
    try:
        sizes = [document.get_page_size(number) for number in range(len(sheets))]
    finally:
        document.close()
    most = LEGIBLE[Kind.PAGE].most
    figures = []
    for number, (width, height) in enumerate(sizes):
        scale = most / max(width, height, 1.0)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        figures.append(Figure(piece, Kind.PAGE, cleaned, *size, 0, part=number + 1, parts=len(sizes), page=number))
    return figures


def _pictures(piece: Piece, work_dir: Path) -> list[Figure]:
    path = piece.path
    with Image.open(path) as image:
        is_lossless = _is_lossless(image, path)
        width, height = image.size
        if _turn(image, path) in SIDEWAYS:
            width, height = height, width
    if height <= TALL * width:
        kind = Kind.PHONE if height >= PHONE_RATIO * width else Kind.SCREEN if is_lossless else Kind.PHOTO
        return [Figure(piece, kind, path, width, height, width, is_lossless)]
    # Decoded once, and cut into files: a scrolled chat may be as tall as forty screens.
    scale = min(1.0, LEGIBLE[Kind.PHONE].most / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    tall = upright(path, size)
    tall = tall if tall.size == size else tall.resize(size, Image.Resampling.LANCZOS)
    kept = work_dir / f"tall-{piece.number}.png"
    tall.save(kept, "PNG", compress_level=1)
    cuts = windows(kept, width=size[0], height=size[1], box=evidence_box(is_landscape=False))
    figures = []
    for number, cut in enumerate(cuts, start=1):
        top, end = round(cut.top * size[1]), round(cut.end * size[1])
        part = tall.crop((0, top, size[0], max(end, top + 1)))
        place = work_dir / f"tall-{piece.number}-{number}.png"
        part.save(place, "PNG", compress_level=1)
        figures.append(Figure(piece, Kind.PHONE, place, *part.size, width, is_lossless, number, len(cuts)))
    return figures


def _is_lossless(image: Image.Image, path: Path) -> bool:
    if image.format == "WEBP":
        with path.open("rb") as file:
            return b"VP8L" in file.read(HEAD_BYTES)
    return image.format in ("PNG", "GIF")


def _turn(image: Image.Image, path: Path) -> int:
    """The EXIF number; asked for its EXIF, Pillow would decode the whole of a PNG."""
    if image.format == "PNG":
        rows = png.read_rows(path)
        if rows:
            image.info["exif"] = rows.exif
    return orientation(image)


def upright(path: Path, size: tuple[int, int]) -> Image.Image:
    """The first frame as a person sees it, in sRGB on white, of this size or a little more."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(path) as image:
        turn = orientation(image) if image.format != "HEIF" else 1
        wanted = size[::-1] if turn in SIDEWAYS else size
        image.draft(None, wanted)  # a JPEG is decoded no larger than needed
        image.load()
        profile = image.info.get("icc_profile") or b""
        inks = inks_of(image)
        flat = inks if inks.mode in FLAT_MODES and not inks.has_transparency_data else on_white(inks)
        is_near = wanted[0] <= flat.width <= NEAR * wanted[0]
        fitted = flat if is_near else flat.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)
        seen = turned(_in_srgb(fitted, profile), turn)
    seen.info = {}  # Pillow would write a comment or a profile from here into the next file
    return seen


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile of another kind of colours, or a broken one: the colours as they are
        else:
            if converted is not None:
                return converted
    return image if image.mode == "RGB" else image.convert("RGB")


def drawn_page(path: Path, number: int, size: tuple[int, int]) -> Image.Image:
    with pdfium_lock:
        return _drawn_page(path, number, size)


def _drawn_page(path: Path, number: int, size: tuple[int, int]) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number]
        width, height = page.get_size()
        bitmap = page.render(scale=max(size[0] / max(width, 1.0), size[1] / max(height, 1.0)))
        drawn: Image.Image = bitmap.to_pil().convert("RGB")
        page.close()
    finally:
        document.close()
    return drawn if drawn.size == size else drawn.resize(size, Image.Resampling.LANCZOS)
