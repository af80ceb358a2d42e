"""Pictures whose colours are kept in another way than three bytes a pixel."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from PIL import Image, ImageChops

from tests.hostile.drawn import encoded, jpeg, png, png_of, png_rows, quarters
from tests.hostile.odd_file import GREYS, PICTURE, QUARTERS, WHITE, Accepted, OddFile

# Left, top and steps to the right and down of an interlaced PNG's passes.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
ADOBE_MARKER = b"\xff\xee\x00\x0eAdobe"
ADOBE_BYTES = 16
ADOBE_YCCK = 2
LEVELS = tuple(level for level, _green, _blue in GREYS)
# Readers turn printing inks into colours of a screen each in its own way; the opposite colour is much farther off.
INK = 80
CLEAR_CORNER = (*QUARTERS[:3], WHITE)


def without_adobe_marker(data: bytes) -> bytes:
    start = data.index(ADOBE_MARKER)
    return data[:start] + data[start + ADOBE_BYTES :]


def inks() -> Image.Image:
    return quarters().convert("CMYK")


def adobe_cmyk_jpeg() -> bytes:
    """Inks upside down, as Adobe's programs write them."""
    return jpeg(inks())


def plain_cmyk_jpeg() -> bytes:
    """Without Adobe's marker, inks are the right way up; the encoder turns them over, so they are turned before."""
    upside_down = Image.merge("CMYK", [ImageChops.invert(band) for band in inks().split()])
    return without_adobe_marker(jpeg(upside_down))


def ycck_jpeg() -> bytes:
    """Adobe's other way of keeping inks: three of them as brightness and colour difference."""
    cyan, magenta, yellow, black = inks().split()
    mixed = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr")
    bands = [ImageChops.invert(band) for band in mixed.split()]
    data = bytearray(jpeg(Image.merge("CMYK", (*bands, black))))
    data[data.index(ADOBE_MARKER) + ADOBE_BYTES - 1] = ADOBE_YCCK
    return bytes(data)


def rgb_jpeg() -> bytes:
    """Red, green and blue as they are, which only Adobe's marker tells."""
    return jpeg(keep_rgb=True)


def grey_jpeg() -> bytes:
    return jpeg(quarters(colours=LEVELS, mode="L"))


def grey_png() -> bytes:
    return png(quarters(colours=LEVELS, mode="L"))


def deep_grey_png() -> bytes:
    return png_of((*PICTURE, 16, 0, 0), png_rows(struct.pack(">H", level * 257) for level in LEVELS))


def deep_grey_clear_png() -> bytes:
    """16 bits with a second channel that says how clear: the last quarter is."""
    samples = [struct.pack(">HH", level * 257, 0xFFFF) for level in LEVELS[:3]] + [bytes(4)]
    return png_of((*PICTURE, 16, 4, 0), png_rows(samples))


def deep_rgb_png() -> bytes:
    return png_of((*PICTURE, 16, 2, 0), png_rows(struct.pack(">3H", *(c * 257 for c in rgb)) for rgb in QUARTERS))


def deep_rgb_clear_png() -> bytes:
    samples = [struct.pack(">4H", *(c * 257 for c in rgb), 0xFFFF) for rgb in QUARTERS[:3]]
    return png_of((*PICTURE, 16, 6, 0), png_rows([*samples, bytes(8)]))


def deep_grey_colour_clear_png() -> bytes:
    """16 bits, and one grey that stands for nothing."""
    rows = png_rows(struct.pack(">H", level * 257) for level in LEVELS)
    return png_of((*PICTURE, 16, 0, 0), rows, (b"tRNS", struct.pack(">H", LEVELS[3] * 257)))


def deep_rgb_colour_clear_png() -> bytes:
    rows = png_rows(struct.pack(">3H", *(c * 257 for c in rgb)) for rgb in QUARTERS)
    return png_of((*PICTURE, 16, 2, 0), rows, (b"tRNS", struct.pack(">3H", *(c * 257 for c in QUARTERS[3]))))


def deep_grey_interlaced_png() -> bytes:
    """Sixteen bits of the same grey in seven passes, so that it cannot go into a PDF as it is."""
    width, height = PICTURE
    rows = b""
    for left, top, right, down in PASSES:
        columns, lines = -(-(width - left) // right), -(-(height - top) // down)
        rows += (b"\x00" + struct.pack(">H", LEVELS[1] * 257) * columns) * lines
    return png_of((*PICTURE, 16, 0, 1), rows)


def few_greys_png(depth: int, *, clear: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """Black, white, black, white for one bit; four steps for two or four."""
    steps = {1: (0, 1, 0, 1), 2: (0, 1, 2, 3), 4: (0, 5, 10, 15)}[depth]
    width, height = PICTURE
    packed = [bytes([sum(step << at for at in range(0, 8, depth))]) * (width // 2 * depth // 8) for step in steps]
    upper, lower = b"\x00" + packed[0] + packed[1], b"\x00" + packed[2] + packed[3]
    return png_of((width, height, depth, 0, 0), upper * (height // 2) + lower * (height // 2), *clear)


def clear_grey_png() -> bytes:
    """White is declared clear, black is not."""
    return few_greys_png(1, clear=[(b"tRNS", b"\x00\x01")])


def palette_image() -> Image.Image:
    image = quarters(colours=(0, 1, 2, 3), mode="P")
    image.putpalette([level for colour in QUARTERS for level in colour])
    return image


def palette_png() -> bytes:
    return png(palette_image())


def long_palette_png() -> bytes:
    """All 256 entries are there, four are used."""
    image = palette_image()
    image.putpalette([level for colour in QUARTERS for level in colour] + [7] * 252 * 3)
    return png(image, bits=8)


def clear_palette_png() -> bytes:
    return png(palette_image(), transparency=b"\xff\xff\xff\x00")


def half_clear_palette_png() -> bytes:
    """One entry lets half of the paper through."""
    return png(palette_image(), transparency=b"\xff\xff\xff\x80")


def clear_colour_png() -> bytes:
    """Three bytes a pixel, and one colour that stands for nothing."""
    return png(transparency=QUARTERS[3])


def clear_png() -> bytes:
    return png(quarters(colours=(*QUARTERS[:3], (0, 0, 0, 0)), mode="RGBA"))


def all_clear_png() -> bytes:
    """Nothing to be seen at all: white, never black."""
    return png(Image.new("RGBA", PICTURE, (0, 0, 0, 0)))


def clear_grey_alpha_png() -> bytes:
    image = quarters(colours=LEVELS, mode="L").convert("LA")
    image.putalpha(quarters(colours=(255, 255, 255, 0), mode="L"))
    return png(image)


def alpha_webp(*, is_lossless: bool) -> bytes:
    image = quarters(colours=(*QUARTERS[:3], (0, 0, 0, 0)), mode="RGBA")
    return encoded(image, "WEBP", lossless=is_lossless, quality=90)


BLACK_AND_WHITE = ((0, 0, 0), WHITE) * 2
FOUR_STEPS = tuple((level,) * 3 for level in (0, 85, 170, 255))
GREY_CLEAR_CORNER = (*GREYS[:3], WHITE)
HALF_YELLOW = (247, 232, 137)
FILES = (
    OddFile("cmyk-adobe.jpg", adobe_cmyk_jpeg, Accepted(tolerance=INK)),
    OddFile("cmyk-plain.jpg", plain_cmyk_jpeg, Accepted(tolerance=INK)),
    OddFile("cmyk-ycck.jpg", ycck_jpeg, Accepted(tolerance=INK)),
    OddFile("rgb.jpg", rgb_jpeg, Accepted()),
    OddFile("grey.jpg", grey_jpeg, Accepted(looks=GREYS)),
    OddFile("grey.png", grey_png, Accepted(looks=GREYS)),
    OddFile("grey-16bit.png", deep_grey_png, Accepted(looks=GREYS)),
    OddFile("grey-alpha-16bit.png", deep_grey_clear_png, Accepted(looks=GREY_CLEAR_CORNER)),
    OddFile("grey-16bit-clear.png", deep_grey_colour_clear_png, Accepted(looks=GREY_CLEAR_CORNER)),
    OddFile("grey-16bit-interlaced.png", deep_grey_interlaced_png, Accepted(looks=(GREYS[1],) * 4)),
    OddFile("rgb-16bit-clear.png", deep_rgb_colour_clear_png, Accepted(looks=CLEAR_CORNER)),
    OddFile("rgb-16bit.png", deep_rgb_png, Accepted()),
    OddFile("rgb-alpha-16bit.png", deep_rgb_clear_png, Accepted(looks=CLEAR_CORNER)),
    OddFile("grey-1bit.png", lambda: few_greys_png(1), Accepted(looks=BLACK_AND_WHITE)),
    OddFile("grey-2bit.png", lambda: few_greys_png(2), Accepted(looks=FOUR_STEPS)),
    OddFile("grey-4bit.png", lambda: few_greys_png(4), Accepted(looks=FOUR_STEPS)),
    OddFile("grey-1bit-clear.png", clear_grey_png, Accepted(looks=BLACK_AND_WHITE)),
    OddFile("palette.png", palette_png, Accepted()),
    OddFile("palette-of-256.png", long_palette_png, Accepted()),
    OddFile("palette-clear.png", clear_palette_png, Accepted(looks=CLEAR_CORNER)),
    OddFile("palette-half-clear.png", half_clear_palette_png, Accepted(looks=(*QUARTERS[:3], HALF_YELLOW))),
    OddFile("colour-clear.png", clear_colour_png, Accepted(looks=CLEAR_CORNER)),
    OddFile("alpha.png", clear_png, Accepted(looks=CLEAR_CORNER)),
    OddFile("alpha-all.png", all_clear_png, Accepted(looks=(WHITE,) * 4)),
    OddFile("grey-alpha.png", clear_grey_alpha_png, Accepted(looks=GREY_CLEAR_CORNER)),
    OddFile("alpha-lossless.webp", lambda: alpha_webp(is_lossless=True), Accepted(looks=CLEAR_CORNER)),
    OddFile("alpha-lossy.webp", lambda: alpha_webp(is_lossless=False), Accepted(looks=CLEAR_CORNER)),
)
