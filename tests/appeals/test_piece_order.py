"""The order of the pieces on an appeal's page: rows that a script can move, numbers that work without one."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.instants import AT


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


def test_rows_can_be_moved_while_it_is_a_draft(page, draft, add_file):
    for _number in range(2):
        add_file(draft.case)
    text = page.get(reverse("appeal", args=[draft.pk])).content.decode()
    assert text.count("data-piece>") == text.count("data-handle") == 3
    assert text.count("data-move=") == 6
    assert [f'value="{place}" min="1" data-position' in text for place in (1, 2, 3)] == [True] * 3


def test_numbers_decide_the_order(page, draft, add_file):
    second = add_file(draft.case)
    first = draft.pieces.get().item
    posted = {"pieces": [first.pk, second.pk], f"position_{first.pk}": 2, f"position_{second.pk}": 1}
    draft.refresh_from_db()
    page.post(reverse("appeal_update", args=[draft.pk]), {"version": draft.version, **posted})
    assert [piece.item_id for piece in draft.pieces.order_by("position")] == [second.pk, first.pk]
