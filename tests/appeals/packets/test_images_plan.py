"""Which figures share a picture, and where they lie in it: PD-47, three pictures are the most that a ticket takes."""

import pytest

from appeals.packets.sheet_plan import GAP, LONGEST, MARGIN, MOST_IN_A_SHEET, arrange, share_out

PHOTO, PHONE = (800, 600), (540, 1170)


@pytest.mark.parametrize(
    ("pieces", "places", "counts"),
    [
        ([1], 3, [1]),
        ([1, 2, 3], 3, [1, 1, 1]),
        ([1, 2, 3, 4], 3, [1, 1, 2]),  # what comes first keeps the larger place
        (list(range(12)), 3, [4, 4, 4]),
        (list(range(14)), 6, [2, 2, 2, 2, 3, 3]),
        ([1, 2, 3, 3, 3], 3, [1, 1, 3]),  # the parts of one chat stay together
        ([1] * 3, 3, [1, 1, 1]),
        ([1] * 8, 3, [2, 3, 3]),
        (list(range(3 * MOST_IN_A_SHEET)), 3, [MOST_IN_A_SHEET] * 3),
    ],
)
def test_figures_are_shared_out_evenly_and_in_order(pieces, places, counts):
    assert share_out(pieces, places) == counts


def test_more_than_the_places_hold_legibly_are_refused():
    assert share_out(list(range(3 * MOST_IN_A_SHEET + 1)), 3) is None


def test_figures_are_shared_out_by_their_weight():
    """A heavy photo keeps a picture to itself."""
    assert share_out([1, 2, 3, 4], 2) == [2, 2]
    assert share_out([1, 2, 3, 4], 2, [0.9, 0.1, 0.1, 0.1]) == [1, 3]
    assert share_out([1, 2, 3], 2, [0.9, 0.9, 0.9]) is None


@pytest.mark.parametrize("count", range(1, MOST_IN_A_SHEET + 1))
@pytest.mark.parametrize("kinds", [(PHOTO,), (PHONE,), (PHOTO, PHONE), (PHOTO, PHOTO, PHONE)])
def test_sheet_has_all_figures_apart_and_in_reading_order(count, kinds):
    sizes = [kinds[number % len(kinds)] for number in range(count)]
    sheet = arrange(sizes, head=40, feet=[50] * count)
    boxes = [
        (place.left, place.top, place.left + width, place.top + height + 50)
        for place, (width, height) in zip(sheet.places, sizes, strict=True)
    ]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= MARGIN
        assert top >= MARGIN + 40
        assert right <= sheet.size[0] - MARGIN
        assert bottom <= sheet.size[1] - MARGIN
        for other in boxes[number + 1 :]:
            assert other[0] >= right + GAP or other[1] >= bottom + GAP or left >= other[2] + GAP
            assert other[1] >= top
    width, height = sheet.size
    assert max(width / height, height / width) <= LONGEST * 1.4


def test_sheet_of_no_figures_is_refused():
    with pytest.raises(ValueError, match="empty"):
        arrange([])
