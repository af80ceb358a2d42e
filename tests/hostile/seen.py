"""What a page of a packet shows, and where on it the evidence lies."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Matrix, Name, Page
from PIL import Image

from tests.hostile.odd_file import Colour

# Pixels a point.
SCALE = 0.5
UNIT = (0.0, 0.0, 1.0, 1.0)
Box = tuple[float, float, float, float]


def drawn_pages(path: Path, numbers: Iterable[int]) -> dict[int, Image.Image]:
    """The pages of these numbers, from 0, as pdfium draws them."""
    document = pypdfium2.PdfDocument(path)
    try:
        return {number: document[number].render(scale=SCALE).to_pil().convert("RGB") for number in numbers}
    finally:
        document.close()


def count_pages(path: Path) -> int:
    """As pdfium counts them."""
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def evidence_box(page: Page) -> Box:
    """Left, bottom, right and top of what is seen of the evidence, in points: its place, cut by the frame before it."""
    places = [Matrix()]
    frame: Box | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operands = [float(number) for number in instruction.operands if isinstance(number, int | float | Decimal)]
        match str(instruction.operator):
            case "q":
                places.append(places[-1])
            case "Q":
                places.pop()
            case "cm":
                places[-1] = Matrix(*operands) @ places[-1]
            case "re" if frame is None:
                left, bottom, width, height = operands
                frame = (left, bottom, left + width, bottom + height)
            case "Do":
                item = page.resources.XObject[str(instruction.operands[0])]
                place = placed(item, places[-1])
                return overlap(place, frame) if frame else place
    raise AssertionError("a page without evidence")


def placed(item: pikepdf.Object, place: Matrix) -> Box:
    if item.Subtype == Name.Image:
        return corners(UNIT, place)
    inner = Matrix(*(float(number) for number in item.get("/Matrix", [1, 0, 0, 1, 0, 0])))
    left, bottom, right, top = (float(edge) for edge in item.BBox)
    return corners((left, bottom, right, top), inner @ place)


def corners(box: Box, place: Matrix) -> Box:
    points = [place.transform(point) for point in ((box[0], box[1]), (box[2], box[3]))]
    (first_x, first_y), (second_x, second_y) = points
    return min(first_x, second_x), min(first_y, second_y), max(first_x, second_x), max(first_y, second_y)


def overlap(first: Box, second: Box) -> Box:
    return max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3])


def quarters_of(drawn: Image.Image, box: Box) -> list[Colour]:
    """The colours in the middle of the upper left, upper right, lower left and lower right quarter."""
    left, bottom, right, top = box
    places = [
        (left + (right - left) * across, bottom + (top - bottom) * up) for up in (0.75, 0.25) for across in (0.25, 0.75)
    ]
    data = drawn.tobytes()
    starts = [3 * (int(x * SCALE) + drawn.width * int(drawn.height - y * SCALE)) for x, y in places]
    return [(data[start], data[start + 1], data[start + 2]) for start in starts]
