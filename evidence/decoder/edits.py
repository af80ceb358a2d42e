"""Makes pictures anew: upright and whole to look at, or turned, cropped and blacked out to be kept."""

from __future__ import annotations

import io
from math import ceil, floor

from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin

from evidence.decoder.pictures import on_white, opened_image, orientation, preview_answer, turned
from evidence.decoder.request import Facts, Request, damage_is_refused

BLACK = (0, 0, 0)
JPEG = str(JpegImagePlugin.JpegImageFile.format)
PNG = str(PngImagePlugin.PngImageFile.format)
JPEG_QUALITY = 92
LOSSY = ("JPEG", "HEIF")
# Where a WebP says that it is lossless; a colour profile may stand before it.
LOSSLESS_WEBP = b"VP8L"
WEBP_HEAD = 1 << 16
# A long chat is read at its width; WebP allows 16,383 pixels a side.
LONGEST = 10
MOST_WEBP = 16_383
QUARTERS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def upright(request: Request) -> Image.Image:
    """As a viewer shows it: turned by EXIF, in the screen's colours, on white."""
    image = opened_image(request)
    return in_screen_colours(turned(image, orientation(image)))


def in_screen_colours(image: Image.Image) -> Image.Image:
    """8-bit RGB. A phone's photo carries a profile of wider colours, without which it would look dull."""
    profile = image.info.get("icc_profile")
    shown = image if profile and image.mode == "CMYK" else on_white(image)
    if not profile:
        return shown
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(shown, source, screen, outputMode="RGB") or shown
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return on_white(shown)  # a profile of other colours than the picture's, or a broken one


@damage_is_refused
def whole(request: Request) -> tuple[Facts, bytes]:
    """All of the picture, `max_px` wide where it is longer than wide."""
    shown = upright(request)
    shown.thumbnail((request.max_px, min(LONGEST * request.max_px, MOST_WEBP)))
    return preview_answer(shown)


@damage_is_refused
def derive(request: Request) -> tuple[Facts, bytes]:
    """Turned first; the rectangles are fractions of the turned picture. What is black is gone before it is written.

    Photos become JPEG, what was exact (screenshots, palettes) stays exact as PNG; nothing but pixels goes in.
    """
    image = upright(request)
    turn = QUARTERS.get(request.change["turn"])
    image = image if turn is None else image.transpose(turn)
    for box in request.change["black_out"]:
        image.paste(BLACK, covering(box, image.size))
    if request.change["crop"]:
        image = image.crop(nearest(request.change["crop"], image.size))
    made = Image.new("RGB", image.size)
    made.paste(image)
    buffer = io.BytesIO()
    if is_photo(request):
        made.save(buffer, JPEG, quality=JPEG_QUALITY, subsampling=0)
    else:
        made.save(buffer, PNG)
    return {"width": made.width, "height": made.height}, buffer.getvalue()


def covering(box: list[float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Every pixel that the rectangle touches."""
    (left, top, right, bottom), (width, height) = box, size
    return floor(left * width), floor(top * height), ceil(right * width), ceil(bottom * height)


def nearest(box: list[float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels between the nearest edges, one at least."""
    (left, top, right, bottom), (width, height) = box, size
    start = (min(round(left * width), width - 1), min(round(top * height), height - 1))
    return *start, max(round(right * width), start[0] + 1), max(round(bottom * height), start[1] + 1)


def is_photo(request: Request) -> bool:
    if request.decoder != "WEBP":
        return request.decoder in LOSSY
    with open(request.path, "rb") as file:  # noqa: PTH123 - the decoder's process loads no more than it needs
        return LOSSLESS_WEBP not in file.read(WEBP_HEAD)
