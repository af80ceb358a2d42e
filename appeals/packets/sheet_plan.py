"""Which figures share a picture, and where each lies in it. Pure: sizes in, places out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# More in one picture of a megabyte is not legible, whatever the figures are.
MOST_IN_A_SHEET = 12
# What it costs to tear the parts or pages of one piece apart, where a figure more in a sheet costs its count.
TEARING = 6.0
GAP = 24
MARGIN = 24
# Height to width, or width to height: longer than this, a picture is small on every screen.
LONGEST = 2.0

Size = tuple[int, int]
Way = tuple[float, tuple[int, ...]]  # what it costs, and the figures of each sheet


@dataclass(frozen=True)
class Place:
    """Where a figure lies in a sheet: its top left corner, in pixels."""

    left: int
    top: int


@dataclass(frozen=True)
class Arrangement:
    """A sheet's size and its figures' places, in their order."""

    size: Size
    places: tuple[Place, ...]

    @property
    def area(self) -> int:
        return self.size[0] * self.size[1]


def share_out(pieces: Sequence[int], places: int, weights: Sequence[float] | None = None) -> list[int] | None:
    """How many figures each picture takes, in order; None where they are too many.

    `pieces` names the piece of each figure. All get a picture of their own where that is possible; else the sheets
    are as even as they can be, parts of one piece stay together, and what comes first shares with fewer others.
    `weights` are shares of what one picture can hold, where figures differ in that.
    """
    count = len(pieces)
    if count <= places and weights is None:
        return [1] * count
    weigh = list(weights or [1.0] * count)
    room = 1.0 if weights else float(MOST_IN_A_SHEET)
    # best[n] is the cheapest way for the first n figures and the sheets used so far; no place stays empty.
    best: list[Way | None] = [(0.0, ()), *[None] * count]
    for _sheet in range(min(places, count)):
        best = [None, *(_best_end(best, end, pieces, weigh, room) for end in range(1, count + 1))]
    found = best[count]
    return list(found[1]) if found else None


def _best_end(
    best: Sequence[Way | None],
    end: int,
    pieces: Sequence[int],
    weights: Sequence[float],
    room: float,
) -> Way | None:
    """The cheapest way to close a sheet after `end` figures."""
    found: Way | None = None
    load = 0.0
    for start in range(end - 1, max(-1, end - 1 - MOST_IN_A_SHEET), -1):
        load += weights[start]
        before = best[start]
        if load > room:
            break
        if before is None:
            continue
        is_torn = start > 0 and pieces[start] == pieces[start - 1]
        torn = TEARING * (room / MOST_IN_A_SHEET) ** 2 if is_torn else 0.0
        way = (before[0] + load * load + torn, (*before[1], end - start))
        if found is None or way < found:
            found = way
    return found


def arrange(sizes: Sequence[Size], *, head: int = 0, feet: Sequence[int] | None = None) -> Arrangement:
    """Figures in rows, or each in the column that is shortest so far: what loses least room, near to a screen's shape.

    Either way each begins no higher than the one before. `head` pixels stay free at the top, and under each figure
    what `feet` says. Raises ValueError for no figures.
    """
    cells = [(width, height + foot) for (width, height), foot in zip(sizes, feet or [0] * len(sizes), strict=True)]
    ways = [_in_rows(cells, rows, head) for rows in range(1, len(cells) + 1)]
    ways += [_in_columns(cells, columns, head) for columns in range(2, len(cells))]
    return min(ways, key=_cost)


def _cost(arrangement: Arrangement) -> float:
    width, height = arrangement.size
    shape = max(width / height, height / width)
    return arrangement.area * max(1.0, shape / LONGEST) ** 2


def _in_rows(cells: Sequence[Size], count: int, head: int) -> Arrangement:
    places: list[Place] = []
    top, right = MARGIN + head, 0
    for row in _even_rows(cells, count):
        left = MARGIN
        for number in row:
            places.append(Place(left, top))
            left += cells[number][0] + GAP
        right = max(right, left)
        top += max(cells[number][1] for number in row) + GAP
    return Arrangement((right - GAP + MARGIN, top - GAP + MARGIN), tuple(places))


def _even_rows(cells: Sequence[Size], count: int) -> list[list[int]]:
    """Numbers of the figures in each row, so that the widest row is as narrow as this many rows allow."""
    widths = [width + GAP for width, _height in cells]
    low, high = max(widths), sum(widths)
    while low < high:
        middle = (low + high) // 2
        if len(_filled(widths, middle)) <= count:
            high = middle
        else:
            low = middle + 1
    return _filled(widths, low)


def _filled(widths: Sequence[int], room: int) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    used = 0
    for number, width in enumerate(widths):
        if rows[-1] and used + width > room:
            rows.append([])
            used = 0
        rows[-1].append(number)
        used += width
    return rows


def _in_columns(cells: Sequence[Size], count: int, head: int) -> Arrangement:
    heights, widths = [0] * count, [0] * count
    taken: list[tuple[int, int]] = []
    for width, height in cells:
        column = heights.index(min(heights))
        taken.append((column, heights[column]))
        heights[column] += height + GAP
        widths[column] = max(widths[column], width)
    lefts = [MARGIN + sum(widths[:column]) + column * GAP for column in range(count)]
    places = tuple(Place(lefts[column], MARGIN + head + top) for column, top in taken)
    return Arrangement((lefts[-1] + widths[-1] + MARGIN, head + max(heights) - GAP + 2 * MARGIN), places)
