"""Odd pictures in a set of pictures: what is accepted as proof is seen there as in the packet's PDF."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from appeals.packets.destinations import build_for
from tests.appeals.packets.contents import MEDIA_TYPES, content_of, piece_of
from tests.appeals.packets.picture_sets import TICKET
from tests.hostile import coloured, kept, profiled, turned
from tests.hostile.odd_file import Accepted, OddFile

MIDDLES = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
# Beside what the PDF may differ by: the picture is packed with loss once more.
LOSS = 14
PICTURES = [
    file
    for module in (turned, coloured, profiled, kept)
    for file in module.FILES
    if isinstance(file.expected, Accepted) and Path(file.name).suffix.lower() in MEDIA_TYPES
]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # broken EXIF does not spoil a picture
@pytest.mark.parametrize("file", PICTURES, ids=[file.name for file in PICTURES])
def test_odd_picture_is_seen_as_it_should_be(tmp_path, file: OddFile):
    assert isinstance(file.expected, Accepted)
    path = tmp_path / f"odd{Path(file.name).suffix.lower()}"
    path.write_bytes(file.make())
    output = tmp_path / "pictures.zip"
    content = content_of((piece_of(path),))
    result = build_for(TICKET, content, output=output, work_dir=tmp_path, progress=lambda *_step: None)
    data = zipfile.ZipFile(output).read(result.manifest["files"][0]["name"])
    with Image.open(io.BytesIO(data)) as picture:
        assert not picture.info.get("icc_profile")
        assert not picture.getexif()
        seen = picture.convert("RGB")
    for (left, top), wanted in zip(MIDDLES, file.expected.looks, strict=False):
        found = seen.getpixel((int(seen.width * left), int(seen.height * top)))
        assert isinstance(found, tuple)
        assert all(abs(one - two) <= file.expected.tolerance + LOSS for one, two in zip(found, wanted, strict=True)), (
            found
        )
