"""Pictures that say how they are to be turned."""

from __future__ import annotations

from functools import partial

from PIL import Image

from tests.hostile.drawn import encoded, jpeg, png, quarters
from tests.hostile.odd_file import QUARTERS, Accepted, OddFile

EXIF_ORIENTATION = 0x0112
MOVE = Image.Transpose
# What is done to the upright picture, so that the viewer's turning undoes it.
UNDONE_BY = {
    2: MOVE.FLIP_LEFT_RIGHT,
    3: MOVE.ROTATE_180,
    4: MOVE.FLIP_TOP_BOTTOM,
    5: MOVE.TRANSPOSE,
    6: MOVE.ROTATE_90,
    7: MOVE.TRANSVERSE,
    8: MOVE.ROTATE_270,
}


def stored(turn: int) -> Image.Image:
    image = quarters()
    return image.transpose(UNDONE_BY[turn]) if turn in UNDONE_BY else image


def exif(turn: int) -> bytes:
    notes = Image.Exif()
    notes[EXIF_ORIENTATION] = turn
    return notes.tobytes()


def turned_jpeg(turn: int) -> bytes:
    return jpeg(stored(turn), exif=exif(turn))


def turned_png(turn: int) -> bytes:
    return png(stored(turn), exif=exif(turn))


def turned_webp(turn: int) -> bytes:
    return encoded(stored(turn), "WEBP", lossless=True, exif=exif(turn))


def turned_heic(turn: int) -> bytes:
    """The encoder writes a box that turns the picture, as phones do."""
    return encoded(stored(turn), "HEIF", quality=90, exif=exif(turn))


def broken_exif() -> bytes:
    """Notes that end in the middle of their first entry."""
    return jpeg(exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x05\x01\x12")


def exif_of_another_kind() -> bytes:
    """The turn is a word, where it should be a number."""
    entry = b"\x01\x12\x00\x02\x00\x00\x00\x04six\x00"
    return jpeg(exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + entry + bytes(4))


def noise_instead_of_exif(image_format: str) -> bytes:
    return encoded(quarters(), image_format, lossless=True, exif=b"Exif\x00\x00" + bytes(range(200)))


def tall_with_noise() -> bytes:
    """Long enough to be cut over several pages."""
    return jpeg(quarters((200, 2000)), exif=b"Exif\x00\x00" + bytes(range(200)))


def turned_by_xmp() -> bytes:
    """Notes of another kind say that it lies, which browsers and phones do not read."""
    notes = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    return jpeg(xmp=notes)


FILES = (
    *(OddFile(f"exif-turn-{turn}.jpg", partial(turned_jpeg, turn), Accepted()) for turn in range(1, 9)),
    OddFile("exif-turn-0.jpg", partial(turned_jpeg, 0), Accepted()),
    OddFile("exif-turn-9.jpg", partial(turned_jpeg, 9), Accepted()),
    OddFile("exif-turn-6.png", partial(turned_png, 6), Accepted()),
    OddFile("exif-turn-5.webp", partial(turned_webp, 5), Accepted()),
    OddFile("exif-turn-8.webp", partial(turned_webp, 8), Accepted()),
    OddFile("turn-3.heic", partial(turned_heic, 3), Accepted()),
    OddFile("turn-6.heic", partial(turned_heic, 6), Accepted()),
    OddFile("turn-7.heic", partial(turned_heic, 7), Accepted()),
    OddFile("exif-broken.jpg", broken_exif, Accepted()),
    OddFile("exif-noise.jpg", lambda: noise_instead_of_exif("JPEG"), Accepted(tolerance=40)),
    OddFile("exif-noise.png", lambda: noise_instead_of_exif("PNG"), Accepted()),
    OddFile("exif-noise.webp", lambda: noise_instead_of_exif("WEBP"), Accepted()),
    OddFile("exif-noise-tall.jpg", tall_with_noise, Accepted((200, 2000), looks=(QUARTERS[0], QUARTERS[1]) * 2)),
    OddFile("xmp-turn-6.jpg", turned_by_xmp, Accepted()),
    OddFile("exif-word.jpg", exif_of_another_kind, Accepted()),
)
