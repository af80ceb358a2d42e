"""Pictures of a set as a person sees the files: upright, in the right colours, on white."""

import pytest
from PIL import Image, ImageCms

from tests.appeals.packets.picture_sets import TICKET, colour, is_blue, is_red, pictures, set_of
from tests.samples import files


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_stands_upright_whatever_its_exif_says(tmp_path, orientation):
    (picture,) = pictures(set_of(TICKET, tmp_path, files.oriented_jpeg(tmp_path, orientation))[0])
    assert picture.size == (400, 300)
    assert not picture.getexif()
    assert is_red(colour(picture, 0.1, 0.1))
    assert is_blue(colour(picture, 0.9, 0.9))


@pytest.mark.parametrize(
    ("make", "left", "right"),
    [
        (files.cmyk_jpeg, (228, 22, 22), (228, 22, 22)),
        (files.deep_png, (64, 64, 64), (192, 192, 192)),
        (files.palette_png, (255, 255, 255), (230, 30, 30)),
    ],
)
def test_colours_are_those_that_a_person_sees(tmp_path, make, left, right):
    (picture,) = pictures(set_of(TICKET, tmp_path, make(tmp_path))[0])
    assert picture.mode in ("RGB", "L")
    for share, wanted in ((0.25, left), (0.75, right)):
        assert all(abs(one - two) < 26 for one, two in zip(colour(picture, share, 0.5), wanted, strict=True))


def test_colours_of_another_profile_become_srgb(tmp_path):
    """A file says with its profile that its red is greener than ours; none goes along."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    path = tmp_path / "profiled.jpg"
    Image.new("RGB", (300, 200), (200, 60, 60)).save(path, quality=95, icc_profile=profile)
    (picture,) = pictures(set_of(TICKET, tmp_path, path)[0])
    assert "icc_profile" not in picture.info
    broken = tmp_path / "broken.jpg"
    Image.new("RGB", (300, 200), (200, 60, 60)).save(broken, quality=95, icc_profile=b"no profile at all" * 20)
    (picture,) = pictures(set_of(TICKET, tmp_path, broken)[0])
    assert all(abs(one - two) < 8 for one, two in zip(colour(picture, 0.5, 0.5), (200, 60, 60), strict=True))


def test_animation_gives_its_first_frame(tmp_path):
    (picture,) = pictures(set_of(TICKET, tmp_path, files.animated_gif(tmp_path))[0])
    assert is_red(colour(picture, 0.5, 0.5))
