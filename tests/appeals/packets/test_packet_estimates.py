"""What would be built, said before anything is built: PD-47 and the limits of each destination."""

import pytest
from django.utils import translation

from aftersales.policy_appeals import Destination
from appeals.packet_estimates import PieceSize, estimate

WORDS = {"zh": "申诉材料", "en": "Packet"}
TICKET = Destination(code="ticket_images", name=WORDS, says=WORDS, form="images", images_max=3)
PDF = Destination(code="pdf", name=WORDS, says=WORDS, form="pdf", refuse_bytes=4_000_000)
ARCHIVE = Destination(code="archive", name=WORDS, says=WORDS, form="archive")
PHOTO = PieceSize("image/jpeg", 3_600_000, 4000, 3000)
CHAT = PieceSize("image/png", 900_000, 1080, 9000)
LETTER = PieceSize("application/pdf", 200_000, pages=5)
FILM = PieceSize("video/mp4", 20_000_000)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        ([PHOTO], "1 picture by itself"),
        ([PHOTO] * 3, "3 pictures, each by itself"),
        ([PHOTO] * 4, "4 pictures and pages in 3 sheets"),
        ([PHOTO] * 12, "12 pictures and pages in 3 sheets"),
        ([FILM, PHOTO], "2 pictures, each by itself"),
        ([LETTER], "5 pictures and pages in 3 sheets"),
        ([CHAT], "5 pictures and pages in 3 sheets"),
        ([PHOTO] * 36, "36 pictures and pages in 3 sheets"),
    ],
)
def test_pictures_are_counted_as_they_will_be_seen(pieces, says):
    found = estimate(TICKET, pieces)
    assert (found.is_fitting, found.says) == (True, says)


def test_one_place_takes_one_sheet():
    assert (
        estimate(TICKET.model_copy(update={"images_max": 1}), [PHOTO] * 2).says == "2 pictures and pages in one sheet"
    )


def test_more_than_fits_says_how_many_do():
    found = estimate(TICKET, [PHOTO] * 37)
    assert not found.is_fitting
    assert "37" in found.says
    assert "36" in found.says


def test_fewer_than_the_form_needs_do_not_fit():
    assert not estimate(TICKET.model_copy(update={"images_min": 2}), [PHOTO]).is_fitting


@pytest.mark.parametrize("destination", [TICKET, PDF, ARCHIVE])
def test_without_proof_nothing_is_built(destination):
    found = estimate(destination, [])
    assert (found.is_fitting, found.says) == (False, "choose at least one piece of proof")


def test_pdf_tells_pages_and_size():
    found = estimate(PDF, [PHOTO, LETTER])
    assert (found.is_fitting, found.says) == (True, "about 8 pages, 3.9 MB")
    assert not estimate(PDF, [PHOTO, CHAT]).is_fitting


def test_film_counts_whole_in_the_archive_only():
    assert estimate(PDF, [FILM]).is_fitting
    assert "20.1 MB" in estimate(ARCHIVE, [FILM]).says
