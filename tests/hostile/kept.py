"""Pictures whose pixels are kept in another way than usual: scans, passes, frames, boxes."""

from __future__ import annotations

import io
import struct

import pillow_heif
from PIL import Image

from evidence.checks import FileWarning
from evidence.errors import FileTypeRefused, ImageTooSmall
from tests.hostile.coloured import PASSES
from tests.hostile.drawn import encoded, jpeg, png, png_chunk, png_of, quarters
from tests.hostile.odd_file import PICTURE, QUARTERS, WHITE, Accepted, OddFile, Refused

START_OF_TABLES = b"\xff\xdb"
ANIMATED = (FileWarning.ANIMATED,)


def progressive_jpeg() -> bytes:
    return jpeg(progressive=True)


def restarting_jpeg() -> bytes:
    """With marks to start again from after damage."""
    return jpeg(restart_marker_rows=1)


def padded_jpeg() -> bytes:
    """Each mark may have any number of FF bytes before it."""
    return jpeg().replace(START_OF_TABLES, b"\xff" * 5 + START_OF_TABLES)


def big_thumbnail_jpeg() -> bytes:
    """The notes hold a whole picture of their own, as many bytes as they may have."""
    inner = jpeg(Image.effect_noise((250, 220), 120), quality=80)
    thumbnail = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack(
        "<HHHIIHHIII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(inner), 0
    )
    thumbnail = thumbnail.ljust(50, b"\x00") + inner
    data = jpeg()
    assert len(thumbnail) < 65_533
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + data[2:]


def two_picture_jpeg() -> bytes:
    """A second picture behind the first, as phones keep depth and brightness (MPO)."""
    return encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", PICTURE)], quality=92)


def junk_between_marks() -> bytes:
    """Decoders look for the next mark, however much stands before it."""
    return jpeg().replace(START_OF_TABLES, b"junk" + START_OF_TABLES, 1)


def lossless_jpeg() -> bytes:
    """Coded without loss, each pixel by its difference to the one before: a JPEG that PDF does not know."""
    width, height = 48, 32
    levels = quarters((width, height)).tobytes()
    bits = []
    for place, level in enumerate(levels):
        column, row = place // 3 % width, place // 3 // width
        before = levels[place - 3] if column else levels[place - 3 * width] if row else 128
        step = level - before
        length = abs(step).bit_length()
        bits.append(f"{length:05b}")
        if length:
            bits.append(f"{step if step > 0 else step + (1 << length) - 1:0{length}b}")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")
    adobe = b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0)
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"R\x11\x00G\x11\x00B\x11\x00"
    # Seventeen lengths of a step, each written in five bits.
    table = b"\x00" + bytes([0, 0, 0, 0, 17] + [0] * 11) + bytes(range(17))
    parts = ((b"\xee", adobe), (b"\xc3", frame), (b"\xc4", table), (b"\xda", b"\x03R\x00G\x00B\x00\x01\x00\x00"))
    head = b"".join(b"\xff" + mark + struct.pack(">H", len(data) + 2) + data for mark, data in parts)
    return b"\xff\xd8" + head + scan + b"\xff\xd9"


def comment_jpeg() -> bytes:
    return jpeg(comment=b"<script>alert(1)</script>" * 2000)


def interlaced_png() -> bytes:
    """In seven passes, of which the first is an eighth of the size."""
    width, height = PICTURE
    data = quarters().tobytes()
    rows = b""
    for left, top, right, down in PASSES:
        for y in range(top, height, down):
            places = range(3 * (y * width + left), 3 * (y + 1) * width, 3 * right)
            rows += b"\x00" + b"".join(data[place : place + 3] for place in places)
    return png_of((*PICTURE, 8, 2, 1), rows)


def many_chunks_png() -> bytes:
    """The rows in pieces of seven bytes."""
    data = png()
    start = data.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", data, start)
    rows = data[start + 8 : start + 8 + length]
    pieces = [png_chunk(b"IDAT", rows[at : at + 7]) for at in range(0, length, 7)]
    return data[:start] + b"".join(pieces) + data[start + 12 + length :]


def moving_png() -> bytes:
    return encoded(quarters(), "PNG", save_all=True, append_images=[Image.new("RGB", PICTURE)], duration=100)


def moving_gif() -> bytes:
    return encoded(quarters(), "GIF", save_all=True, append_images=[Image.new("RGB", PICTURE)], duration=100)


def moving_webp() -> bytes:
    black = Image.new("RGB", PICTURE)
    return encoded(quarters(), "WEBP", save_all=True, append_images=[black], duration=100, lossless=True)


def still_gif() -> bytes:
    return encoded(quarters(), "GIF")


def clear_gif() -> bytes:
    image = quarters(colours=(0, 1, 2, 3), mode="P")
    image.putpalette([level for colour in QUARTERS for level in colour])
    return encoded(image, "GIF", transparency=3)


def small_frame_gif() -> bytes:
    """The screen is the picture's size, its only frame the lower right quarter: the rest is empty."""
    width, height = PICTURE
    quarter = Image.new("P", (width // 2, height // 2), 1)
    quarter.putpalette([0, 0, 0, *QUARTERS[3]])
    data = bytearray(encoded(quarter, "GIF"))
    struct.pack_into("<HH", data, 6, width, height)
    struct.pack_into("<HH", data, data.index(b"\x2c", 13 + 3 * 2) + 1, width // 2, height // 2)
    return bytes(data)


def lossy_webp() -> bytes:
    return encoded(quarters(), "WEBP", quality=90)


def lossless_webp() -> bytes:
    return encoded(quarters(), "WEBP", lossless=True)


def deep_heic() -> bytes:
    """Ten bits a colour, as newer phones take photos."""
    image = quarters()
    samples = b"".join(struct.pack("<H", level * 257) for level in image.tobytes())
    heif = pillow_heif.from_bytes("RGB;16", PICTURE, samples)
    return encoded_heif(heif)


def clear_heic() -> bytes:
    return encoded(quarters(colours=(*QUARTERS[:3], (0, 0, 0, 0)), mode="RGBA"), "HEIF", quality=95)


def two_picture_heic() -> bytes:
    """The second one is the one to be shown."""
    file = pillow_heif.from_pillow(Image.new("RGB", PICTURE))
    file.add_from_pillow(quarters())
    return encoded_heif(file, primary_index=1)


def encoded_heif(file: pillow_heif.HeifFile, **options: int) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer, quality=95, **options)
    return buffer.getvalue()


def strip_png() -> bytes:
    return png(quarters((20_000, 300)), compress_level=1)


def chat_png() -> bytes:
    image = quarters((300, 20_000), (0, 1, 2, 3), "P")
    image.putpalette([level for colour in QUARTERS for level in colour])
    return png(image, bits=2, compress_level=1)


def plain(size: tuple[int, int]) -> bytes:
    return png(Image.new("RGB", size, QUARTERS[0]))


ALL_RED = (QUARTERS[0],) * 4
SMALL = (FileWarning.SMALL_IMAGE,)
FILES = (
    OddFile("progressive.jpg", progressive_jpeg, Accepted()),
    OddFile("restarting.jpg", restarting_jpeg, Accepted()),
    OddFile("padded-marks.jpg", padded_jpeg, Accepted()),
    OddFile("big-thumbnail.jpg", big_thumbnail_jpeg, Accepted()),
    OddFile("junk-between-marks.jpg", junk_between_marks, Accepted()),
    OddFile("lossless.jpg", lossless_jpeg, Accepted((48, 32), warnings=SMALL)),
    OddFile("two-pictures.jpg", two_picture_jpeg, Accepted()),
    OddFile("comment.jpg", comment_jpeg, Accepted()),
    OddFile("interlaced.png", interlaced_png, Accepted()),
    OddFile("many-chunks.png", many_chunks_png, Accepted()),
    OddFile("moving.png", moving_png, Accepted(warnings=ANIMATED)),
    OddFile("moving.gif", moving_gif, Accepted(warnings=ANIMATED)),
    OddFile("moving.webp", moving_webp, Accepted(warnings=ANIMATED)),
    OddFile("still.gif", still_gif, Accepted()),
    OddFile("clear.gif", clear_gif, Accepted(looks=(*QUARTERS[:3], WHITE))),
    OddFile("small-frame.gif", small_frame_gif, Accepted(looks=())),
    OddFile("lossy.webp", lossy_webp, Accepted()),
    OddFile("lossless.webp", lossless_webp, Accepted()),
    OddFile("deep.heic", deep_heic, Accepted()),
    OddFile("clear.heic", clear_heic, Accepted(looks=(*QUARTERS[:3], WHITE))),
    OddFile("two-pictures.heic", two_picture_heic, Accepted()),
    OddFile("picture.avif", lambda: encoded(quarters(), "AVIF"), Refused(FileTypeRefused)),
    OddFile("strip.png", strip_png, Accepted(size=(20_000, 300), tolerance=40)),
    OddFile("chat.png", chat_png, Accepted(size=(300, 20_000), looks=(QUARTERS[0], QUARTERS[1]) * 2)),
    OddFile("one-pixel.png", lambda: plain((1, 1)), Refused(ImageTooSmall)),
    OddFile("line.png", lambda: plain((3_000, 1)), Refused(ImageTooSmall)),
    OddFile("under-16.png", lambda: plain((240, 15)), Refused(ImageTooSmall)),
    OddFile("just-16.png", lambda: plain((16, 16)), Accepted(size=(16, 16), warnings=SMALL, looks=ALL_RED)),
)
