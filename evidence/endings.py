"""Where a picture ends in its file: what stands behind is no part of it.

A search for the last mark of the end would not do: whoever hides an archive behind a picture can put that mark behind
the archive as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from mmap import mmap

Content = bytes | mmap

# The bytes of a mark are FF and its number; FF 00 is a pixel's FF, FF FF is padding, and D0 to D7 stand among pixels.
JPEG_START = b"\xff\xd8"
JPEG_MARK = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
JPEG_END = 0xD9
JPEG_BARE = (0x01, 0xD8)  # marks without a content
PNG_SIGNATURE_BYTES = 8
PNG_FRAME_BYTES = 12  # a chunk's length, kind and sum
PNG_END = b"IEND"
GIF_HEAD_BYTES = 13
GIF_FRAME_BYTES = 10
GIF_EXTENSION, GIF_FRAME, GIF_END = 0x21, 0x2C, 0x3B
GIF_HAS_PALETTE, GIF_PALETTE_BITS = 0x80, 0x07
RIFF_HEAD_BYTES = 8


def jpeg_marks(content: Content) -> Iterator[tuple[int, int]]:
    """The number of each mark of the first picture and where its content starts, up to the end if there is one."""
    position = len(JPEG_START)
    while found := JPEG_MARK.search(content, position):
        mark, position = content[found.start(1)], found.end()
        yield mark, position
        if mark == JPEG_END:
            return
        if mark not in JPEG_BARE:
            position += int.from_bytes(content[position : position + 2], "big")


def end_of_jpeg(content: Content) -> int:
    """How many bytes the first picture takes; all of them where it has no end."""
    for mark, place in jpeg_marks(content):
        if mark == JPEG_END:
            return place
    return len(content)


def end_of_png(content: Content) -> int:
    position = PNG_SIGNATURE_BYTES
    while position + PNG_FRAME_BYTES <= len(content):
        kind = content[position + 4 : position + 8]
        position += PNG_FRAME_BYTES + int.from_bytes(content[position : position + 4], "big")
        if kind == PNG_END:
            return position
    return len(content)


def end_of_gif(content: Content) -> int:
    position = GIF_HEAD_BYTES + _gif_palette(content[10])
    while position < len(content):
        if content[position] == GIF_EXTENSION:
            position = _after_blocks(content, position + 2)
        elif content[position] == GIF_FRAME and position + GIF_FRAME_BYTES < len(content):
            palette = _gif_palette(content[position + GIF_FRAME_BYTES - 1])
            position = _after_blocks(content, position + GIF_FRAME_BYTES + palette + 1)
        else:
            return position + (content[position] == GIF_END)
    return len(content)


def _gif_palette(flags: int) -> int:
    return 3 << (flags & GIF_PALETTE_BITS) + 1 if flags & GIF_HAS_PALETTE else 0


def _after_blocks(content: Content, position: int) -> int:
    """After a row of blocks, each with its length before it, and the empty one that ends them."""
    while position < len(content) and content[position]:
        position += 1 + content[position]
    return position + 1


def end_of_webp(content: Content) -> int:
    return RIFF_HEAD_BYTES + int.from_bytes(content[4:8], "little")


ENDS = {
    "image/jpeg": end_of_jpeg,
    "image/png": end_of_png,
    "image/gif": end_of_gif,
    "image/webp": end_of_webp,
}
