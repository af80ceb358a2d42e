from io import BytesIO

import pytest
from PIL import Image

from evidence.drawings import PHONE_MEGAPIXELS, draw_scale_photo
from evidence.drawings.scales import paint_display

RED = (255, 62, 48)


def test_phone_photo_has_the_pixels_of_a_phone():
    photo = draw_scale_photo(weight_g=1286, label="SL1", seed=1, megapixels=PHONE_MEGAPIXELS)
    assert Image.open(BytesIO(photo.content)).size == (4032, 3024)
    assert len(photo.content) < 6_000_000


def lit_pixels(weight_g):
    red = paint_display(weight_g, RED).getchannel("R")
    return sum(red.histogram()[230:])


def test_display_lights_the_bars_of_each_digit():
    # 1 lights two of seven bars, 8 all of them.
    assert lit_pixels(1111) < lit_pixels(1711) < lit_pixels(1811) < lit_pixels(8888)


@pytest.mark.parametrize("weight_g", [0, 5, 999, 29_999])
def test_any_weight_of_the_scale_can_be_shown(weight_g):
    assert draw_scale_photo(weight_g=weight_g, label="SL1", seed=1).content


@pytest.mark.parametrize("weight_g", [-1, 30_001])
def test_weight_outside_the_scale_is_refused(weight_g):
    with pytest.raises(ValueError, match="30000"):
        draw_scale_photo(weight_g=weight_g, label="SL1", seed=1)
