"""Decodes pictures: proves that the first frame is whole, and draws it small."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageChops, ImageMath, WebPImagePlugin

from evidence.decoder.png_chunks import check_png
from evidence.decoder.request import Facts, Refused, Request, damage_is_refused

EXIF_ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)
# Ordinary phone screens are up to 21:9. Beyond this ratio a picture is a scrolled chat (or a strip) and
# would be unreadable when fitted whole, so its beginning is shown.
LONG_RATIO = 2.4
SHOWN_RATIO = 1.5
WHITE = (255, 255, 255)
# Named here so that it is loaded: at an unknown format Pillow loads all of its fifty plugins.
PREVIEW_FORMAT = WebPImagePlugin.WebPImageFile.format
PREVIEW_QUALITY = 80
GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N", "I")
# In the others, a second picture is a photo's depth or brightness.
MOVING_FORMATS = ("GIF", "PNG", "WEBP")


def opened_image(request: Request) -> Image.Image:
    """The first frame, fully decoded; its size was checked on the header before."""
    if request.decoder == "HEIF":
        import pillow_heif  # noqa: PLC0415 - slow to load, and seldom needed

        pillow_heif.register_heif_opener()
    # Plugins check sizes of their own while decoding: make them stop as well.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(request.path, formats=[str(request.decoder)])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    if image.width * image.height > request.max_pixels:
        raise Refused("pixels")
    if request.task == "preview":
        image.draft("RGB", (2 * request.max_px, 2 * request.max_px))
    image.load()
    return inks_of(image)


def inks_of(image: Image.Image) -> Image.Image:
    """Pillow takes all inks for upside down, as Adobe's programs write them: turned back where they were not."""
    return ImageChops.invert(image) if image.mode == "CMYK" and "adobe" not in image.info else image


def orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 when absent or unreadable, since broken EXIF does not spoil a picture.

    Pillow would look into other notes as well (XMP), which browsers and phones do not.
    """
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif") or b"")
        value = exif.get(EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - see damage_is_refused
        return 1
    return value if value in range(1, 9) else 1


@damage_is_refused
def check(request: Request) -> tuple[Facts, bytes]:
    image = opened_image(request)
    if request.decoder == "PNG":
        check_png(request.path)
    width, height = image.size
    if orientation(image) in SIDEWAYS:
        width, height = height, width
    is_animated = image.format in MOVING_FORMATS and bool(getattr(image, "is_animated", False))
    return {"width": width, "height": height, "is_animated": is_animated}, b""


@damage_is_refused
def preview(request: Request) -> tuple[Facts, bytes]:
    image = opened_image(request)
    # Colours before size: a palette cannot be averaged, and 16-bit grey would be clipped.
    shown = on_white(beginning(turned(image, orientation(image))))
    shown.thumbnail((request.max_px, request.max_px))
    return preview_answer(shown)


def turned(image: Image.Image, turn: int) -> Image.Image:
    move = Image.Transpose
    moves = {
        2: move.FLIP_LEFT_RIGHT,
        3: move.ROTATE_180,
        4: move.FLIP_TOP_BOTTOM,
        5: move.TRANSPOSE,
        6: move.ROTATE_270,
        7: move.TRANSVERSE,
        8: move.ROTATE_90,
    }
    return image.transpose(moves[turn]) if turn in moves else image


def beginning(image: Image.Image) -> Image.Image:
    """The top of a scrolled chat, the left of a strip; other pictures whole."""
    width, height = image.size
    if height > LONG_RATIO * width:
        return image.crop((0, 0, width, round(SHOWN_RATIO * width)))
    if width > LONG_RATIO * height:
        return image.crop((0, 0, round(LONG_RATIO * height), height))
    return image


def on_white(image: Image.Image) -> Image.Image:
    """8-bit RGB; what was transparent is white, as on paper."""
    if image.mode in GREY_16:
        return grey_of_16(image).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, WHITE)
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def grey_of_16(image: Image.Image) -> Image.Image:
    """8-bit grey, of which the one level that is declared clear is white."""
    levels, clear = image.convert("I"), image.info.get("transparency")
    # convert() would clip at 255, which turns a 16-bit scan white.
    grey = levels.point(lambda level: level / 256).convert("L")
    if clear is None:
        return grey
    is_seen = ImageMath.lambda_eval(lambda named: (named["levels"] != clear) * 255, levels=levels).convert("L")
    paper = Image.new("L", image.size, "white")
    paper.paste(grey, mask=is_seen)
    return paper


def preview_answer(image: Image.Image) -> tuple[Facts, bytes]:
    buffer = io.BytesIO()
    image.save(buffer, PREVIEW_FORMAT, quality=PREVIEW_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return {"width": image.width, "height": image.height}, buffer.getvalue()
