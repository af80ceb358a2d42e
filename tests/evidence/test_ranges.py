import io

import pytest

from evidence.ranges import FilePart, asked_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=99-99", range(99, 100)),
        ("bytes=90-1000", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-1000", range(100)),
        ("bytes=0-", range(100)),
        ("bytes=100-", range(0)),
        ("bytes=1000-2000", range(0)),
        ("bytes=-0", range(0)),
        ("", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("items=0-5", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 400 + "-", None),
    ],
)
def test_asked_range(header, expected):
    found = asked_range(header, 100)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert list(found) == list(expected)


def test_part_streams_just_the_part_and_closes():
    file = io.BytesIO(bytes(range(200)) * 1000)
    part = FilePart(file, range(150, 150_000))
    assert b"".join(part) == (bytes(range(200)) * 1000)[150:150_000]
    part.close()
    assert file.closed
