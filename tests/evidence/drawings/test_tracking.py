from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from evidence.drawings import ParcelState, TrackingEvent, draw_tracking
from evidence.drawings.drawing import chance
from evidence.drawings.tracking import invent_events
from tests.instants import AT

LAST_WORDS = {
    ParcelState.IN_TRANSIT: "快件到达",
    ParcelState.STALLED: "快件离开",
    ParcelState.DELIVERING: "正在派件",
    ParcelState.SIGNED: "已签收",
    ParcelState.RETURNED: "退回件已由寄件人签收",
}


@pytest.mark.parametrize("state", ParcelState)
@pytest.mark.parametrize("seed", range(5))
def test_invented_course_ends_in_its_state(state, seed):
    course = invent_events(state, shipped_at=AT, rng=chance("test", seed))
    assert course[0].at == AT
    assert all(earlier.at < later.at for earlier, later in pairwise(course))
    assert LAST_WORDS[state] in course[-1].text
    assert not any("{" in event.text for event in course)


def test_page_is_as_long_as_its_events_need():
    def height(count):
        events = [TrackingEvent(AT + timedelta(hours=number), "快件到达【示例转运中心】") for number in range(count)]
        drawing = draw_tracking(courier="示例快递", tracking_no="SL1", shipped_at=AT, seed=1, events=events)
        return Image.open(BytesIO(drawing.content)).height

    one, two, forty = height(1), height(2), height(40)
    assert two - one == (forty - one) // 39
    assert height(0) < one
