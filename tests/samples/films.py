"""Films as phones and attackers send them, small ones; the same call gives the same film."""

from __future__ import annotations

import struct
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

YELLOW = (230, 220, 20)
SIZE = (64, 48)
FRAMES_A_SECOND = 10


@cache
def film(
    *,
    seconds: float = 3,
    container: str = "mp4",
    coding: str = "libx264",
    size: tuple[int, int] = SIZE,
    turn: int = 0,
    key_every: int = 10,
    moments: Sequence[int] = (),
    sound: bool = False,
    attachment: bool = False,
    flags: str = "",
    ratio: Fraction | None = None,
) -> bytes:
    """Blue, with a yellow top-left quarter as stored; frames grow greener with time.

    `turn` is the mark by which a player turns it, degrees against the clock. `moments` are the frames' own (in tenths
    of a second) where they are not even.
    """
    options = {"movflags": flags} if flags else {}
    with tempfile.NamedTemporaryFile() as file:
        with av.open(file.name, "w", format=container, options=options) as output:
            stream: Any = output.add_stream(coding, rate=FRAMES_A_SECOND)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            if ratio:
                stream.codec_context.sample_aspect_ratio = ratio
            stream.codec_context.gop_size = key_every
            stream.codec_context.thread_count = 1
            if coding == "libx265":
                stream.codec_context.options = {"x265-params": "log-level=none:pools=none"}
            if turn:
                stream.set_display_rotation(turn)
            if attachment:
                output.add_attachment("letter.txt", "text/plain", b"<script>alert(1)</script>")
            voice: Any = output.add_stream("aac", rate=8000) if sound else None
            number = round(seconds * FRAMES_A_SECOND)
            output.start_encoding()
            for place in range(number):
                frame = av.VideoFrame.from_image(drawn(size, place, number))
                frame.pts = moments[place] if moments else place
                output.mux(stream.encode(frame))
            output.mux(stream.encode())
            if voice is not None:
                output.mux(voice.encode(silence(int(seconds * 8000))))
                output.mux(voice.encode())
        return Path(file.name).read_bytes()


def silence(samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="mono", samples=samples)
    frame.sample_rate = 8000
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def drawn(size: tuple[int, int], place: int, number: int) -> Image.Image:
    image = Image.new("RGB", size, (10, 200 * place // max(number, 1), 200))
    image.paste(YELLOW, (0, 0, size[0] // 2, size[1] // 2))
    return image


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def patched(data: bytes, box: bytes, offset: int, value: bytes) -> bytes:
    """With `value` that many bytes behind each of a box's names."""
    place = data.find(box)
    while place >= 0:
        start = place + len(box) + offset
        data = data[:start] + value + data[start + len(value) :]
        place = data.find(box, start)
    return data


def long_header() -> bytes:
    """Three seconds that call themselves ten hours, in every header."""
    hours = struct.pack(">I", 36_000 * 1000)
    return patched(patched(patched(film(), b"mvhd", 16, hours), b"tkhd", 20, hours), b"mdhd", 16, b"\x7f\xff\xff\xff")


def huge_frames() -> bytes:
    """64 × 48 pixels whose frames call themselves 16,383 × 16,383."""
    data = film(container="webm", coding="libvpx")
    start = b"\x9d\x01\x2a"
    return data.replace(start + struct.pack("<HH", *SIZE), start + struct.pack("<HH", 16_383, 16_383))


def huge_header() -> bytes:
    """The same in H.264, where the frames tell the truth: the header does not count."""
    return patched(film(), b"avc1", 24, struct.pack(">HH", 20_000, 20_000))


def with_attachment() -> bytes:
    """A WebM with a file inside, as it is Matroska's."""
    data = film(container="matroska", coding="libvpx", attachment=True)
    return data.replace(b"\x42\x82\x88matroska", b"\x42\x82\x84webm\xec\x82\x00\x00", 1)


def without_pictures() -> bytes:
    """Sound only, under the brand of a film."""
    with tempfile.NamedTemporaryFile() as file:
        with av.open(file.name, "w", format="mp4") as output:
            voice: Any = output.add_stream("aac", rate=8000)
            output.mux(voice.encode(silence(8000)))
            output.mux(voice.encode())
        return Path(file.name).read_bytes()


def without_index() -> bytes:
    """As a phone leaves it whose battery ended: all pictures, and nothing that says where they are."""
    data = film()
    return data[: data.index(b"moov") - 4]


# What is wrong, and the code of the refusal.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no_index": (without_index, "damaged_file"),
    "cut_at_the_front_index": (lambda: (data := film(flags="faststart"))[: len(data) - 300], "damaged_file"),
    "cut_fragments": (lambda: (data := film(flags="frag_keyframe+empty_moov"))[: len(data) * 2 // 3], "damaged_file"),
    "cut_webm": (lambda: (data := film(container="webm", coding="libvpx"))[: len(data) - 200], "damaged_file"),
    "head_only": (lambda: b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200), "damaged_file"),
    "old_head_only": (lambda: b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  " + bytes(200), "damaged_file"),
    "text_behind_a_head": (lambda: b"\x00\x00\x00\x18ftypisom" + "买家说已经退货了。".encode() * 99, "damaged_file"),
    "webm_head_only": (lambda: film(container="webm", coding="libvpx")[:48], "damaged_file"),
    "sound_only": (without_pictures, "empty_film"),
    "no_frame": (lambda: film(seconds=0, flags="frag_keyframe+empty_moov"), "empty_film"),
    "huge_frames": (huge_frames, "damaged_file"),
    "too_long": (lambda: film(seconds=0.2, moments=(0, 1811)), "film_too_long"),
    "hours_between_two_frames": (lambda: film(seconds=0.2, moments=(0, 360_000)), "film_too_long"),
    "other_coding": (lambda: film(coding="mpeg4"), "film_coding_refused"),
    "other_coding_in_mov": (lambda: film(container="mov", coding="mpeg4"), "film_coding_refused"),
}
