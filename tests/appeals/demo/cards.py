"""Cards in the place of pictures; imports no model, as another process draws them."""

import zlib

from appeals.demo.pictures import Picture
from evidence.drawings import Drawing, draw_placeholder


def draw_card(picture: Picture) -> Drawing:
    """In a hundredth of the time of the real picture, and different for each."""
    return draw_placeholder(
        name=picture.name, seed=zlib.crc32(f"{picture.facts.platform_case_no} {picture.name}".encode())
    )
