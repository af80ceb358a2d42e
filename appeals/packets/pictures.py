"""Pictures as a PDF takes them: a JPEG or a plain PNG goes in byte for byte, anything else becomes one of the two."""

from __future__ import annotations

import io
import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pillow_heif
from PIL import Image, ImageCms, ImageFile

from appeals.packets import png
from evidence.decoder.pictures import inks_of, on_white, orientation
from evidence.endings import JPEG_END, jpeg_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

pillow_heif.register_heif_opener()

SIDEWAYS = frozenset({5, 6, 7, 8})
# For photos that come in a form PDF does not know (HEIC, lossy WebP): no loss that an eye can see.
JPEG_QUALITY = 95
JPEG_MODES = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
PNG_SPACES = {png.GREY: "/DeviceGray", png.RGB: "/DeviceRGB", png.PALETTE: "/DeviceRGB"}
# Bytes 16 to 20 of a colour profile name the space it describes.
PROFILE_SPACES = {"/DeviceGray": b"GRAY", "/DeviceRGB": b"RGB ", "/DeviceCMYK": b"CMYK"}
PROFILE_CHANNELS = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}
# What a profile may describe in a PDF: a scanner, a screen, a printer, a space; up to version 4 of its format.
PROFILE_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
PROFILE_MARK = b"acsp"
PROFILE_VERSION = 4
# Where its table of contents starts, and an entry of it: name, offset and length.
TAG_TABLE = 128
TAG = struct.Struct(">4sII")
MOST_TAGS = 100
HEAD_BYTES = 64 * 1024
# Of the many ways to code a JPEG, those that a PDF knows: in one go with the usual tables or others, or in passes.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PDF_FRAMES = frozenset({0xC0, 0xC1, 0xC2})


@dataclass(frozen=True)
class Picture:
    """One image as it will lie in the PDF.

    `width` and `height` are its stored pixels, `orientation` the EXIF number (1 to 8) by which it is
    turned on the page. `spans` are the (offset, length) of its data in the file at `path`; `entries` go into
    its dictionary; `profile` and `palette` are empty where it has none.
    """

    path: Path
    width: int
    height: int
    orientation: int
    space: str
    spans: tuple[tuple[int, int], ...]
    profile: bytes = b""
    palette: bytes = b""
    entries: Mapping[str, Any] = field(default_factory=dict)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height in pixels as a person sees the picture."""
        if self.orientation in SIDEWAYS:
            return self.height, self.width
        return self.width, self.height

    @property
    def profile_channels(self) -> int:
        return PROFILE_CHANNELS[self.space]


def read_picture(path: Path, media_type: str, *, converted: Path, is_archival: bool = False) -> Picture:
    """The picture at `path`; where it has to be converted, the result is written to `converted`.

    An archival one is in grey or RGB: the inks of one press are not known on all machines.
    Raises OSError, ValueError or Image.DecompressionBombError when it cannot be decoded.
    """
    # WeasyPrint turns this on for the whole process; half a photo would pass as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(path) as image:
        if image.mode == "CMYK" and is_archival:
            return _from_inks(image, converted)
        if media_type == "image/jpeg":
            length, frame = _read_jpeg(path)
            if image.mode in JPEG_MODES and frame in PDF_FRAMES:
                return _from_jpeg(path, image, length, orientation(image))
        profile = image.info.get("icc_profile") or b""
        if media_type == "image/png":
            rows = png.read_rows(path)
            if rows:
                image.info["exif"] = rows.exif  # Pillow would decode the whole PNG to find one behind the rows
                return _from_png(path, rows, orientation(image), profile)
            image.load()
        turn = orientation(image)
        if _is_photo(path, image):
            flat = _flatten(image)
            flat.save(converted, "JPEG", quality=JPEG_QUALITY, subsampling=0)
            return _written_jpeg(converted, turn, profile)
        flat = _flatten(image)
        flat.save(converted, "PNG", compress_level=6)
    rows = png.read_rows(converted)
    if rows is None:
        raise ValueError("the flattened picture is no plain PNG")
    return _from_png(converted, rows, turn, profile)


def _is_photo(path: Path, image: Image.Image) -> bool:
    """Whether the file was compressed with loss already, so that a high-quality JPEG loses nothing more."""
    if image.format == "WEBP":
        with path.open("rb") as file:
            return b"VP8L" not in file.read(HEAD_BYTES) and image.mode == "RGB"
    return image.format == "HEIF" or (image.format in ("JPEG", "MPO"))


def _flatten(image: Image.Image) -> Image.Image:
    """On white, in eight bits of grey or RGB; the first frame of a moving picture."""
    if image.mode in ("L", "1") and not image.has_transparency_data:
        return image.convert("L")
    return on_white(inks_of(image))


def _from_inks(image: Image.Image, converted: Path) -> Picture:
    """Turn inks into sRGB: by the picture's own profile, or as a screen without one does."""
    turn, image = orientation(image), inks_of(image)
    profile = _fitting(image.info.get("icc_profile") or b"", "/DeviceCMYK")
    try:
        turned = _by_profile(image, profile) if profile else image.convert("RGB")
    except (ImageCms.PyCMSError, OSError):
        turned = image.convert("RGB")
    turned.save(converted, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return _written_jpeg(converted, turn, b"")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    turned = ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    if turned is None:
        raise ValueError("a new picture comes back where none is given to change")
    return turned


def _read_jpeg(path: Path) -> tuple[int, int]:
    """How many bytes the picture takes, without what stands behind it, and how it is coded."""
    frame = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for mark, place in jpeg_marks(data):
            if mark in JPEG_FRAMES:
                frame = mark
            elif mark == JPEG_END:
                return place, frame
    raise ValueError("a JPEG without its end")


def _written_jpeg(path: Path, turn: int, profile: bytes) -> Picture:
    """Of a JPEG that was written here, without the orientation and the profile of its original."""
    with Image.open(path) as image:
        return _from_jpeg(path, image, _read_jpeg(path)[0], turn, profile)


def _from_jpeg(path: Path, image: Image.Image, length: int, turn: int, profile: bytes | None = None) -> Picture:
    space = JPEG_MODES[image.mode]
    entries: dict[str, Any] = {"Filter": "/DCTDecode", "BitsPerComponent": 8}
    if image.mode == "CMYK" and "adobe" in image.info:
        entries["Decode"] = [1, 0] * 4  # Adobe writes CMYK inverted
    profile = (image.info.get("icc_profile") or b"") if profile is None else profile
    return Picture(
        path=path,
        width=image.width,
        height=image.height,
        orientation=turn,
        space=space,
        spans=((0, length),),
        profile=_fitting(profile, space),
        entries=entries,
    )


def _from_png(path: Path, rows: png.PngRows, turn: int, profile: bytes) -> Picture:
    space = PNG_SPACES[rows.color]
    return Picture(
        path=path,
        width=rows.width,
        height=rows.height,
        orientation=turn,
        space=space,
        spans=rows.spans,
        profile=_fitting(profile, space),
        palette=rows.palette if rows.color == png.PALETTE else b"",
        entries={
            "Filter": "/FlateDecode",
            "BitsPerComponent": rows.depth,
            "DecodeParms": {
                "Predictor": 15,
                "Colors": rows.channels,
                "BitsPerComponent": rows.depth,
                "Columns": rows.width,
            },
        },
    )


def _fitting(profile: bytes, space: str) -> bytes:
    """The profile, or nothing when it is broken or describes other colours: readers would refuse the picture."""
    is_sound = (
        int.from_bytes(profile[:4], "big") == len(profile)
        and profile[36:40] == PROFILE_MARK
        and profile[12:16] in PROFILE_CLASSES
        and profile[8] <= PROFILE_VERSION
    )
    return profile if is_sound and profile[16:20] == PROFILE_SPACES[space] and _has_its_tags(profile) else b""


def _has_its_tags(profile: bytes) -> bool:
    """Whether the contents that its table lists lie in the profile."""
    count = int.from_bytes(profile[TAG_TABLE : TAG_TABLE + 4], "big")
    if not 0 < count <= MOST_TAGS:
        return False
    table = profile[TAG_TABLE + 4 :][: TAG.size * count]
    return len(table) == TAG.size * count and all(
        offset + length <= len(profile) for _name, offset, length in TAG.iter_unpack(table)
    )
