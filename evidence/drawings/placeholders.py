"""What stands in for a demo image on a machine that has no Chinese font: a card that says so."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from evidence.drawings.drawing import Drawing, chance
from evidence.drawings.marks import encode_jpeg

_SIZE = (1080, 810)
_WORDS = ("DEMO", "Picture not drawn: no Chinese font found.", "Install the package fonts-noto-cjk and seed again.")


def draw_placeholder(*, name: str, seed: int) -> Drawing:
    """JPEG, with a colour of its own for each seed, so that files stay different from each other."""
    rng = chance("placeholder", seed)
    card = Image.new("RGB", _SIZE, (rng.randint(216, 240), rng.randint(216, 240), rng.randint(216, 240)))
    pen = ImageDraw.Draw(card)
    for number, (words, size) in enumerate(zip((*_WORDS, f"{seed}"), (88, 40, 40, 24), strict=True)):
        face = ImageFont.load_default(size)
        pen.text((_SIZE[0] / 2, 260 + number * 110), words, font=face, fill=(90, 94, 102), anchor="mm")
    return Drawing(f"{name}.jpg", "image/jpeg", encode_jpeg(card))
