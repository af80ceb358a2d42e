"""Pictures as a PDF takes them: a JPEG or a plain PNG goes in byte for byte, anything else becomes one of the two."""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pillow_heif
from PIL import Image, ImageFile

from appeals.packets import png

if TYPE_CHECKING:
    from collections.abc import Mapping

pillow_heif.register_heif_opener()

EXIF_ORIENTATION = 0x0112
SIDEWAYS = frozenset({5, 6, 7, 8})
# For photos that come in a form PDF does not know (HEIC, lossy WebP): no loss that an eye can see.
JPEG_QUALITY = 95
JPEG_MODES = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
PNG_SPACES = {png.GREY: "/DeviceGray", png.RGB: "/DeviceRGB", png.PALETTE: "/DeviceRGB"}
# Bytes 16 to 20 of a colour profile name the space it describes.
PROFILE_SPACES = {"/DeviceGray": b"GRAY", "/DeviceRGB": b"RGB ", "/DeviceCMYK": b"CMYK"}
PROFILE_CHANNELS = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}
HEAD_BYTES = 64 * 1024
START_OF_SCAN = 0xDA
END_OF_JPEG = b"\xff\xd9"


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


def read_picture(path: Path, media_type: str, *, converted: Path) -> Picture:
    """The picture at `path`; where it has to be converted, the result is written to `converted`.

    Raises OSError, ValueError or Image.DecompressionBombError when it cannot be decoded.
    """
    # WeasyPrint turns this on for the whole process; half a photo would pass as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(path) as image:
        if media_type == "image/jpeg" and image.mode in JPEG_MODES:
            return _from_jpeg(path, image, _orientation(image.getexif()))
        profile = image.info.get("icc_profile") or b""
        if media_type == "image/png":
            rows = png.read_rows(path)
            if rows:
                # Asked for its EXIF, Pillow would decode the whole PNG.
                exif = Image.Exif()
                exif.load(rows.exif)
                return _from_png(path, rows, _orientation(exif), profile)
        orientation = _orientation(image.getexif())
        if _is_photo(path, image):
            flat = _flatten(image)
            flat.save(converted, "JPEG", quality=JPEG_QUALITY, subsampling=0)
            with Image.open(converted) as written:
                return _from_jpeg(converted, written, orientation, profile)
        flat = _flatten(image)
        flat.save(converted, "PNG", compress_level=6)
    rows = png.read_rows(converted)
    if rows is None:
        raise ValueError("the flattened picture is no plain PNG")
    return _from_png(converted, rows, orientation, profile)


def _orientation(exif: Image.Exif) -> int:
    """1 to 8; pillow-heif turns a HEIC itself and resets the tag."""
    number = exif.get(EXIF_ORIENTATION, 1)
    return number if number in range(1, 9) else 1


def _is_photo(path: Path, image: Image.Image) -> bool:
    """Whether the file was compressed with loss already, so that a high-quality JPEG loses nothing more."""
    if image.format == "WEBP":
        with path.open("rb") as file:
            return b"VP8L" not in file.read(HEAD_BYTES) and image.mode == "RGB"
    return image.format == "HEIF" or (image.format in ("JPEG", "MPO"))


def _flatten(image: Image.Image) -> Image.Image:
    """On white, in eight bits of grey or RGB; the first frame of a moving picture."""
    if image.mode in ("L", "1"):
        return image.convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _from_jpeg(path: Path, image: Image.Image, orientation: int, profile: bytes | None = None) -> Picture:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.rfind(END_OF_JPEG) < _start_of_scan(data):
            raise ValueError("a JPEG without its end")
        length = len(data)
    space = JPEG_MODES[image.mode]
    entries: dict[str, Any] = {"Filter": "/DCTDecode", "BitsPerComponent": 8}
    if image.mode == "CMYK" and "adobe" in image.info:
        entries["Decode"] = [1, 0] * 4  # Adobe writes CMYK inverted
    profile = (image.info.get("icc_profile") or b"") if profile is None else profile
    return Picture(
        path=path,
        width=image.width,
        height=image.height,
        orientation=orientation,
        space=space,
        spans=((0, length),),
        profile=_fitting(profile, space),
        entries=entries,
    )


def _start_of_scan(data: mmap.mmap) -> int:
    """Where the picture itself starts, after headers that may hold a whole thumbnail."""
    position = 2
    while data[position : position + 1] == b"\xff":
        if data[position + 1] == START_OF_SCAN:
            return position
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise ValueError("a JPEG without a picture")


def _from_png(path: Path, rows: png.PngRows, orientation: int, profile: bytes) -> Picture:
    space = PNG_SPACES[rows.color]
    return Picture(
        path=path,
        width=rows.width,
        height=rows.height,
        orientation=orientation,
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
    """The profile, or nothing when it describes another kind of colours: readers would refuse the picture."""
    return profile if profile[16:20] == PROFILE_SPACES[space] else b""
