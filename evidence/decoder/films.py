"""Decodes films: proves that one is whole and can be seen, and draws a sheet of its frames.

Every packet is read, so that length and end are those of the content, whatever the header says; the frames of the sheet
are decoded. Sound, subtitles and attachments are left alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PIL import Image

from evidence.decoder.film_boxes import is_cut_off
from evidence.decoder.film_sheet import Still, sheet, sheet_jpeg
from evidence.decoder.pictures import preview_answer
from evidence.decoder.request import Facts, Refused, Request, damage_is_refused

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

CODINGS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "libdav1d"})
MOST_STILLS = 12
MOST_FRAMES = 100_000  # three minutes of slow motion are 43,200
# Pixels to be decoded for the stills, about 350 million a second: beyond the first number key frames will do if there
# are enough of them, beyond the second (all of three minutes in 1080p) in any case.
USUALLY_DECODED, MOST_DECODED = 3_000_000_000, 12_000_000_000
GAP_SECONDS = 2  # what a header may promise beyond the last frame: sound outlasts pictures a little
LARGEST_RATIO = 20  # of a pixel's own width and height
LARGEST_STILL = 1_680  # as wide as the sheet
SIDEWAYS = (90, 270)
QUARTERS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class Contents:
    """What was found by reading all packets: the frames' and key frames' moments, in order, and the last one's end."""

    moments: list[int]
    keys: list[int]
    end: int


@damage_is_refused
def check(request: Request) -> tuple[Facts, bytes]:
    if is_cut_off(request.path, str(request.decoder)):
        raise Refused("damaged")
    with closing(opened(request.path, str(request.decoder))) as film:
        stream = picture_stream(film)
        check_size(stream.codec_context.width, stream.codec_context.height, request)
        contents = read_through(film, stream)
        unit = Fraction(stream.time_base or Fraction(1, 1000))
        length = float((contents.end - contents.moments[0]) * unit)
        if int(length) > request.max_film_length:
            raise Refused("film_long")
        check_promise(stream, contents, unit)
        chosen = affordable(chosen_moments(contents, length), contents, stream)
        stills: list[Still] = []
        width = height = 0
        for frame in frames_at(film, stream, chosen, contents.keys):
            check_size(frame.width, frame.height, request)
            if not stills:
                width, height = shown_size(frame, stream)
            picture = upright(frame, stream, most=LARGEST_STILL)
            stills.append(Still(picture, float(((frame.pts or 0) - contents.moments[0]) * unit)))
        if not stills:
            raise Refused("damaged")
    facts = {"width": width, "height": height, "duration_ms": max(1, round(length * 1000))}
    return facts, sheet_jpeg(sheet(stills))


@damage_is_refused
def preview(request: Request) -> tuple[Facts, bytes]:
    """The first frame."""
    with closing(opened(request.path, str(request.decoder))) as film:
        stream = picture_stream(film)
        check_size(stream.codec_context.width, stream.codec_context.height, request)
        frame = next(film.decode(stream))
        check_size(frame.width, frame.height, request)
        return preview_answer(upright(frame, stream, most=request.max_px))


def opened(path: str, decoder: str) -> InputContainer:
    """The format is given, so that nothing is guessed from hostile content; other files are not followed."""
    import av  # noqa: PLC0415 - slow to load, and seldom needed

    return av.open(
        path, format=decoder, options={"protocol_whitelist": "file"}, metadata_errors="replace", buffer_size=1 << 18
    )


def picture_stream(film: InputContainer) -> VideoStream:
    """The first one that moves: a cover picture is a stream as well."""
    from av.stream import Disposition  # noqa: PLC0415 - as above

    found = [one for one in film.streams.video if not one.disposition & Disposition.attached_pic]
    if not found:
        raise Refused("film_empty")
    stream = found[0]
    context: Any = stream.codec_context  # none at all where FFmpeg has no decoder for it
    if context is None or context.name not in CODINGS:
        raise Refused("film_coding")
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    return stream


def check_size(width: int, height: int, request: Request) -> None:
    """Raises Refused; a film without a size in its header shows it with its first frame."""
    if width * height > request.max_film_pixels:
        raise Refused("film_pixels")


def read_through(film: InputContainer, stream: VideoStream) -> Contents:
    moments, keys, end = [], [], 0
    for packet in film.demux(stream):
        moment = packet.dts if packet.pts is None else packet.pts
        if moment is None or not packet.size:
            continue
        if packet.is_corrupt:
            raise Refused("damaged")
        if packet.is_discard:
            continue  # cut away by the phone's own editor, and shown by nobody
        moments.append(moment)
        if packet.is_keyframe:
            keys.append(moment)
        end = max(end, moment + (packet.duration or 0))
        if len(moments) > MOST_FRAMES:
            raise Refused("complex")
    if not moments:
        raise Refused("film_empty")
    return Contents(sorted(moments), sorted(keys) or [min(moments)], end)


def check_promise(stream: VideoStream, contents: Contents, unit: Fraction) -> None:
    """Raises Refused where the header tells of a longer film than there is."""
    if stream.duration is not None and (stream.duration - (contents.end - contents.moments[0])) * unit > GAP_SECONDS:
        raise Refused("damaged")


def chosen_moments(contents: Contents, length: float) -> list[int]:
    """Of frames that lie evenly from the first to the last: twelve, or one a second of a shorter film, but two."""
    moments = contents.moments
    number = max(2, min(MOST_STILLS, int(length)))
    first, last = moments[0], moments[-1]
    wanted = [first + (last - first) * place // (number - 1) for place in range(number)]
    return sorted({moments[bisect_left(moments, moment)] for moment in wanted})


def affordable(chosen: list[int], contents: Contents, stream: VideoStream) -> list[int]:
    """The moments as they are, or, where decoding up to them takes too long, the key frames before them."""
    keys = [key_before(moment, contents.keys) for moment in chosen]
    frames, place = 0, 0
    for moment, key in zip(chosen, keys, strict=True):
        end = bisect_right(contents.moments, moment)
        frames += end - max(place, bisect_left(contents.moments, key))
        place = end
    work = frames * stream.codec_context.width * stream.codec_context.height
    instead = sorted(set(keys))
    most = USUALLY_DECODED if 2 * len(instead) >= len(chosen) else MOST_DECODED
    return chosen if work <= most else instead


def key_before(moment: int, keys: list[int]) -> int:
    return keys[max(bisect_right(keys, moment) - 1, 0)]


def frames_at(film: InputContainer, stream: VideoStream, chosen: list[int], keys: list[int]) -> Iterator[VideoFrame]:
    """The frame of each moment or the next one that there is, each once."""
    frames: Iterator[Any] = iter(())
    reached: int | None = None
    for moment in chosen:
        if reached is not None and reached >= moment:
            continue
        key = key_before(moment, keys)
        if reached is None or key > reached:
            film.seek(key, stream=stream)
            frames = film.decode(stream)
        for frame in frames:
            if frame.pts is not None and frame.pts >= moment:
                reached = frame.pts
                yield frame
                break


def turn_of(frame: VideoFrame) -> int:
    """Degrees against the clock, by the film's own mark; other turns than quarters are ignored, as players do."""
    return frame.rotation % 360 if frame.rotation % 90 == 0 else 0


def square(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """The frame's size once its pixels are square."""
    ratio = stream.codec_context.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, LARGEST_RATIO) <= ratio <= LARGEST_RATIO:
        ratio = Fraction(1)
    return max(1, round(frame.width * ratio)), frame.height


def shown_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    width, height = square(frame, stream)
    return (height, width) if turn_of(frame) in SIDEWAYS else (width, height)


def upright(frame: VideoFrame, stream: VideoStream, *, most: int) -> Image.Image:
    """As a player shows it, at most that many pixels a side."""
    width, height = square(frame, stream)
    scale = min(1.0, most / max(width, height))
    size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    image: Image.Image = frame.to_image(**size)  # type: ignore[no-untyped-call]  # its options have no types
    turn = QUARTERS.get(turn_of(frame))
    return image if turn is None else image.transpose(turn)
