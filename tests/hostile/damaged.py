"""Pictures that were cut off, mangled or blown up."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import partial

from PIL import Image

from evidence.errors import DamagedFile, FileTooComplex, TooManyPixels
from tests.hostile.drawn import PNG_SIGNATURE, encoded, jpeg, png, png_chunk, png_of, quarters
from tests.hostile.odd_file import PICTURE, Accepted, OddFile, Refused

START_OF_SCAN = b"\xff\xda"
START_OF_FRAME = b"\xff\xc0"
DAMAGED, PIXELS = Refused(DamagedFile), Refused(TooManyPixels)


def noisy() -> Image.Image:
    """Does not compress, so that a cut hits the pixels."""
    return Image.effect_noise(PICTURE, 90).convert("RGB")


def cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def cut_jpeg(share: float) -> bytes:
    return cut(jpeg(noisy()), share)


def jpeg_without_its_end(missing: int) -> bytes:
    return jpeg()[:-missing]


def jpeg_header_only() -> bytes:
    data = jpeg()
    return data[: data.index(START_OF_SCAN)]


def jpeg_of_a_cut_photo_with_thumbnail() -> bytes:
    """The end of the picture in its notes is still there, that of the photo is not."""
    notes = Image.Exif()
    data = jpeg(noisy(), exif=notes)
    inner = jpeg(quarters((60, 40)))
    notes_bytes = b"Exif\x00\x00" + inner
    whole = data[:2] + b"\xff\xe1" + struct.pack(">H", len(notes_bytes) + 2) + notes_bytes + data[2:]
    return cut(whole, 0.6)


def jpeg_with_noise_in_the_middle() -> bytes:
    data = bytearray(jpeg(noisy()))
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(range(1, 201)) * 2
    return bytes(data)


def boastful_jpeg() -> bytes:
    """Says 65,500 pixels a side."""
    data = bytearray(jpeg())
    struct.pack_into(">HH", data, data.index(START_OF_FRAME) + 5, 65_500, 65_500)
    return bytes(data)


def flat_jpeg() -> bytes:
    """No height at all."""
    data = bytearray(jpeg())
    struct.pack_into(">H", data, data.index(START_OF_FRAME) + 5, 0)
    return bytes(data)


def cut_png(share: float) -> bytes:
    return cut(png(noisy()), share)


def png_without_its_end() -> bytes:
    return png()[:-12]


def png_with_wrong_sum(kind: bytes) -> bytes:
    data = bytearray(png())
    start = data.index(kind)
    (length,) = struct.unpack_from(">I", data, start - 4)
    data[start + 4 + length] ^= 0xFF
    return bytes(data)


def png_with_flipped_bit() -> bytes:
    """The sums fit, the compressed rows are damaged."""
    data = png()
    start = data.index(b"IDAT")
    (length,) = struct.unpack_from(">I", data, start - 4)
    rows = bytearray(data[start + 4 : start + 4 + length])
    rows[length // 2] ^= 0x10
    return data[: start - 4] + png_chunk(b"IDAT", bytes(rows)) + data[start + 8 + length :]


def png_with_too_few_rows() -> bytes:
    width, height = PICTURE
    return png_of((width, height, 8, 2, 0), (b"\x00" + b"\x80" * 3 * width) * (height // 2))


def png_with_too_many_rows() -> bytes:
    """Twice as many rows as the header tells."""
    width, height = PICTURE
    return png_of((width, height, 8, 2, 0), (b"\x00" + b"\x80" * 3 * width) * (height * 2))


def png_without_a_palette() -> bytes:
    width, height = PICTURE
    return png_of((width, height, 8, 3, 0), (b"\x00" * (width + 1)) * height)


def png_with_colours_outside_its_palette() -> bytes:
    width, height = PICTURE
    return png_of((width, height, 8, 3, 0), (b"\x00" + b"\xc8" * width) * height, (b"PLTE", bytes(6)))


def png_with_odd_depth(depth: int, colour: int) -> bytes:
    width, height = PICTURE
    return png_of((width, height, depth, colour, 0), bytes((width * 6 + 1) * height))


def png_without_pixels() -> bytes:
    return PNG_SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0)) + png_chunk(b"IEND", b"")


def png_bomb() -> bytes:
    """100,000 pixels a side, and 1 KB of file."""
    return png_of((100_000, 100_000, 1, 0, 0), bytes(1_000_000))


def boastful_png() -> bytes:
    """As many pixels as a header can tell, and none behind it."""
    return png_of((2**31 - 1, 2**31 - 1, 8, 2, 0), b"")


def swelling_png() -> bytes:
    """A small picture whose rows unpack to 8 MB."""
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    rows = b"".join(packer.compress(block) for _ in range(8)) + packer.flush()
    head = struct.pack(">IIBBBBB", *PICTURE, 8, 2, 0, 0, 0)
    return PNG_SIGNATURE + b"".join(
        png_chunk(kind, data) for kind, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )


def comment_bomb_png() -> bytes:
    data = png()
    bomb = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(8_000_000), 1))
    return data[:33] + bomb + data[33:]


def png_with_two_headers() -> bytes:
    """The second one, behind the rows, tells another size."""
    data = png()
    return data[:-12] + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)) + data[-12:]


def png_with_rows_apart() -> bytes:
    """A second set of rows, behind something else."""
    data = png()
    start = data.index(b"IDAT") - 4
    return data[:-12] + png_chunk(b"tEXt", b"Comment\x00-") + data[start:]


def png_of_crumbs() -> bytes:
    """Fifty-one thousand chunks of nothing."""
    data = png()
    return data[:33] + png_chunk(b"teXt", b"") * 51_000 + data[33:]


def cut_gif() -> bytes:
    return cut(encoded(noisy(), "GIF"), 0.6)


def gif_without_a_frame() -> bytes:
    return b"GIF89a" + struct.pack("<HH", *PICTURE) + b"\x00\x00\x00;"


def boastful_gif() -> bytes:
    data = bytearray(encoded(quarters(), "GIF"))
    struct.pack_into("<HH", data, 6, 65_535, 65_535)
    return bytes(data)


def cut_webp() -> bytes:
    return cut(encoded(noisy(), "WEBP", lossless=True), 0.6)


def cut_heic() -> bytes:
    return cut(encoded(noisy(), "HEIF", quality=80), 0.6)


def boastful_webp() -> bytes:
    """An empty canvas of 16,383 pixels a side."""
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + struct.pack("<I", 16_382)[:3] + struct.pack("<I", 16_382)[:3]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def named(name: str, make: Callable[[], bytes], expected: Accepted | Refused = DAMAGED) -> OddFile:
    return OddFile(name, make, expected)


FILES = (
    named("cut-at-a-tenth.jpg", partial(cut_jpeg, 0.1)),
    named("cut-in-half.jpg", partial(cut_jpeg, 0.5)),
    named("cut-near-its-end.jpg", partial(cut_jpeg, 0.97)),
    named("end-missing-1.jpg", partial(jpeg_without_its_end, 1)),
    named("end-missing-2.jpg", partial(jpeg_without_its_end, 2)),
    named("end-missing-40.jpg", partial(jpeg_without_its_end, 40)),
    named("header-only.jpg", jpeg_header_only),
    named("cut-with-thumbnail.jpg", jpeg_of_a_cut_photo_with_thumbnail),
    named("noise-inside.jpg", jpeg_with_noise_in_the_middle, Accepted(looks=())),
    named("boastful.jpg", boastful_jpeg, PIXELS),
    named("no-height.jpg", flat_jpeg),
    named("cut-in-half.png", partial(cut_png, 0.5)),
    named("cut-near-its-end.png", partial(cut_png, 0.98)),
    named("end-missing.png", png_without_its_end),
    named("wrong-sum-of-header.png", partial(png_with_wrong_sum, b"IHDR")),
    named("wrong-sum-of-rows.png", partial(png_with_wrong_sum, b"IDAT")),
    named("flipped-bit.png", png_with_flipped_bit),
    named("too-few-rows.png", png_with_too_few_rows),
    named("too-many-rows.png", png_with_too_many_rows),
    named("no-palette.png", png_without_a_palette),
    named("outside-palette.png", png_with_colours_outside_its_palette, Accepted(looks=())),
    named("depth-3.png", partial(png_with_odd_depth, 3, 0)),
    named("palette-16bit.png", partial(png_with_odd_depth, 16, 3)),
    named("two-headers.png", png_with_two_headers),
    named("rows-apart.png", png_with_rows_apart),
    named("crumbs.png", png_of_crumbs, Refused(FileTooComplex)),
    named("no-pixels.png", png_without_pixels),
    named("bomb.png", png_bomb, PIXELS),
    named("boastful.png", boastful_png, PIXELS),
    named("swelling.png", swelling_png),
    named("comment-bomb.png", comment_bomb_png),
    named("cut.gif", cut_gif),
    named("no-frame.gif", gif_without_a_frame),
    named("boastful.gif", boastful_gif, PIXELS),
    named("cut.webp", cut_webp),
    named("boastful.webp", boastful_webp, PIXELS),
    named("cut.heic", cut_heic),
)
