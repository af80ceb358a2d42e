"""Where an exhibit comes from: films and their stills, files made from others, what the uploader confirmed."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from appeals.errors import PacketError
from appeals.packets.content import Piece, Source
from appeals.packets.wording import length
from tests.appeals.packets.contents import build, content_of, film_of, page_texts, piece_of
from tests.instants import AT
from tests.samples import files


def test_film_is_shown_by_its_stills_and_named_by_its_hash(tmp_path):
    film = film_of(tmp_path)
    path, _result = build(content_of((film,)), tmp_path)
    texts = page_texts(path)
    index, page = texts[1], texts[-1]
    for text in (index, page):
        assert "1:05" in text
        assert film.sha256 in text
    assert film.stills_sha256 in index
    assert f"SHA-256{film.sha256[:12]}" in page


@pytest.mark.parametrize(
    ("duration_ms", "shown"), [(0, "0:00"), (999, "0:00"), (1000, "0:01"), (60_000, "1:00"), (3_599_999, "59:59")]
)
def test_length_of_a_film_is_in_whole_seconds(duration_ms, shown):
    assert length(duration_ms) == shown


def altered(path: Path) -> Path:
    other = path.with_name(f"altered-{path.name}")
    other.write_bytes(path.read_bytes() + b"\n")
    return other


@pytest.mark.parametrize("part", ["path", "stills"])
def test_film_or_stills_that_were_altered_are_refused(tmp_path, part):
    film = film_of(tmp_path)
    with pytest.raises(PacketError) as caught:
        build(content_of((replace(film, **{part: altered(getattr(film, part))}),)), tmp_path)
    assert caught.value.error_code == "packet_file_altered"


@pytest.mark.parametrize("stills", [None, Path("nowhere.jpg")])
def test_film_without_stills_is_named(tmp_path, stills):
    with pytest.raises(PacketError, match=r"开箱\.mp4"):
        build(content_of((replace(film_of(tmp_path), stills=stills),)), tmp_path)


def test_film_that_is_gone_is_named(tmp_path):
    film = film_of(tmp_path)
    film.path.unlink()
    with pytest.raises(PacketError, match=r"开箱\.mp4"):
        build(content_of((film,)), tmp_path)


def made_from(piece: Piece, original: Path) -> Piece:
    data = original.read_bytes()
    source = Source("裁剪", None, "image/png", hashlib.sha256(data).hexdigest(), len(data), original.name, AT, "王敏")
    return replace(piece, source=source)


def test_index_tells_what_an_exhibit_was_made_from(tmp_path):
    piece = made_from(piece_of(files.jpeg(tmp_path, 64, 48)), files.png(tmp_path, 64, 48))
    path, _result = build(content_of((piece,)), tmp_path)
    index = page_texts(path)[1]
    assert f"{piece.source.sha256}" in index
    assert "photo.png" in index
    assert "裁剪" in index


def test_index_tells_what_was_confirmed(tmp_path):
    piece = replace(piece_of(files.jpeg(tmp_path, 64, 48)), confirmed=("印章清晰可辨", "四项手写齐全"))
    path, _result = build(content_of((piece,)), tmp_path)
    assert "印章清晰可辨" in page_texts(path)[1]
    assert "四项手写齐全" in page_texts(path)[1]
    assert "四项手写齐全" not in page_texts(path)[-1]
