"""Pictures with a colour profile, right or wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageCms

from evidence.errors import DamagedFile
from tests.hostile.coloured import INK, LEVELS, inks
from tests.hostile.drawn import encoded, jpeg, png, png_chunk, quarters
from tests.hostile.odd_file import GREYS, Accepted, OddFile, Refused

HEADER_BYTES = 128
TAG_BYTES = 12
SPACE = slice(16, 20)
END_OF_PNG_HEADER = 33
# Where red, green and blue of a wide gamut (that of Adobe RGB) lie: X, Y and Z.
WIDE_COLOURS = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
# Four colours in numbers of that gamut, and in those of an ordinary screen, as Little CMS turns them.
WIDE_NUMBERS = ((180, 90, 90), (110, 150, 120), (90, 100, 170), (200, 190, 110))
SCREEN_NUMBERS = ((203, 90, 90), (88, 150, 118), (86, 100, 172), (204, 190, 105))
# Less than the two differ by.
CLOSE = 10


@cache
def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tag_places(profile: bytes) -> dict[bytes, int]:
    """Where each tag's content starts."""
    (count,) = struct.unpack_from(">I", profile, HEADER_BYTES)
    starts = range(HEADER_BYTES + 4, HEADER_BYTES + 4 + TAG_BYTES * count, TAG_BYTES)
    return {profile[start : start + 4]: int.from_bytes(profile[start + 4 : start + 8], "big") for start in starts}


def wide() -> bytes:
    profile = bytearray(srgb())
    for name, values in WIDE_COLOURS.items():
        struct.pack_into(">3i", profile, tag_places(srgb())[name] + 8, *(round(value * 65536) for value in values))
    return bytes(profile)


def of_space(space: bytes) -> bytes:
    """Says that it describes colours of another kind."""
    profile = bytearray(srgb())
    profile[SPACE] = space
    return bytes(profile)


def cut_profile() -> bytes:
    """Ends in the middle of its table, after all that a reader looks at first."""
    return srgb()[: HEADER_BYTES + 20]


def noise_profile() -> bytes:
    """A header that is right, and behind it tags that lie outside."""
    return srgb()[:HEADER_BYTES] + b"\xff" * (len(srgb()) - HEADER_BYTES)


def wide_picture() -> Image.Image:
    return quarters(colours=WIDE_NUMBERS)


def profile_bomb() -> bytes:
    """8 MB of compressed profile in a small picture."""
    data = png()
    bomb = png_chunk(b"iCCP", b"bomb\x00\x00" + zlib.compress(bytes(8_000_000), 1))
    return data[:END_OF_PNG_HEADER] + bomb + data[END_OF_PNG_HEADER:]


def profiled(profile: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: jpeg(icc_profile=profile())


WIDE_SEEN = Accepted(looks=SCREEN_NUMBERS, tolerance=CLOSE)
FILES = (
    OddFile("profile-srgb.jpg", profiled(srgb), Accepted()),
    OddFile("profile-srgb.png", lambda: png(icc_profile=srgb()), Accepted()),
    OddFile("profile-wide.jpg", lambda: jpeg(wide_picture(), icc_profile=wide()), WIDE_SEEN),
    OddFile("profile-wide.png", lambda: png(wide_picture(), icc_profile=wide()), WIDE_SEEN),
    OddFile(
        "profile-wide.webp",
        lambda: encoded(wide_picture(), "WEBP", lossless=True, icc_profile=wide()),
        WIDE_SEEN,
    ),
    OddFile("profile-wide.heic", lambda: encoded(wide_picture(), "HEIF", quality=95, icc_profile=wide()), WIDE_SEEN),
    OddFile("profile-of-grey.jpg", profiled(lambda: of_space(b"GRAY")), Accepted()),
    OddFile("profile-of-inks.jpg", profiled(lambda: of_space(b"CMYK")), Accepted()),
    OddFile("profile-of-nothing.jpg", profiled(lambda: of_space(b"\x00" * 4)), Accepted()),
    OddFile(
        "profile-of-colours.jpg",
        lambda: jpeg(quarters(colours=LEVELS, mode="L"), icc_profile=srgb()),
        Accepted(looks=GREYS),
    ),
    OddFile("profile-on-inks.jpg", lambda: jpeg(inks(), icc_profile=srgb()), Accepted(tolerance=INK)),
    OddFile("profile-cut.jpg", profiled(cut_profile), Accepted()),
    OddFile("profile-cut.png", lambda: png(icc_profile=cut_profile()), Accepted()),
    OddFile("profile-noise.jpg", profiled(noise_profile), Accepted()),
    OddFile("profile-short.jpg", profiled(lambda: b"RGB "), Accepted()),
    OddFile("profile-bomb.png", profile_bomb, Refused(DamagedFile)),
)
