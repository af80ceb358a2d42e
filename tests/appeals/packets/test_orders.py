"""A packet about several orders (PD-32): who, which orders, what happened in each, and whose proof each exhibit is."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from appeals.packets.content import Order, PacketContent
from appeals.packets.estimate import front_pages
from tests.appeals.packets.contents import build, content_of, page_texts, piece_of
from tests.samples import files


def orders_of(count: int) -> tuple[Order, ...]:
    return tuple(
        Order(
            case_no=f"AS-2026-{number:06}",
            order_no=f"260226-{518273645190000 + number}",
            platform_case_no=f"SH{number:04}",
            product="儿童书包 蓝色 大号",
            buyer="张小明",
            buyer_masked="张**",
            order_amount=Decimal(100 + number),
            refund_amount=Decimal("9.90"),
            facts=(("退货物流", f"中通快递 7852300192{number:04}"),),
        )
        for number in range(1, count + 1)
    )


def about(count: int, folder: Path, language: str = "zh-hans") -> PacketContent:
    orders = orders_of(count)
    picture = files.jpeg(folder, 64, 48)
    content = content_of(
        tuple(replace(piece_of(picture, number), case_no=orders[-number].case_no) for number in (1, 2)),
        language=language,
    )
    return replace(
        content,
        orders=orders,
        claims=(),
        timeline=tuple(
            replace(row, case_no=order.case_no, text=f"{order.case_no} {row.text}")
            for row in content.timeline[:3]
            for order in orders
        ),
        deadlines=tuple(replace(content.deadlines[0], case_no=order.case_no) for order in orders),
    )


@pytest.fixture(scope="session")
def twenty(tmp_path_factory) -> tuple[Path, PacketContent]:
    folder = tmp_path_factory.mktemp("orders")
    content = about(20, folder)
    return build(content, folder)[0], content


def test_every_order_is_listed_with_its_numbers_and_amounts(twenty):
    path, content = twenty
    texts = page_texts(path)
    listed = "".join(texts[:2])
    for order in content.orders:
        for word in (order.order_no, order.case_no, order.platform_case_no, f"¥{order.order_amount:,.2f}"):
            assert word in listed
    assert listed.count("张**") == 20
    assert "张小明" not in "".join(texts)
    assert "¥2,210.00" in listed
    assert "¥198.00" in listed


def test_timeline_is_told_order_by_order_with_the_parcel_of_each(twenty):
    path, content = twenty
    told = "".join(page_texts(path))
    assert [told.index(f"{order.case_no}第0件事") for order in content.orders] == sorted(
        told.index(f"{order.case_no}第0件事") for order in content.orders
    )
    first, second = content.orders[:2]
    assert told.index(f"{first.case_no}第2件事") < told.index(f"{second.case_no}第0件事")
    assert all("".join(order.facts[0][1].split()) in told for order in content.orders)


def test_exhibits_are_stamped_with_the_case_that_they_belong_to(twenty):
    path, content = twenty
    texts = page_texts(path)
    for text, piece in zip(texts[-2:], content.pieces, strict=True):
        assert f"{piece.case_no}·SHA-256{piece.sha256[:12]}" in text


def test_each_order_has_its_bookmark(twenty):
    path, content = twenty
    with pikepdf.open(path) as document, document.open_outline() as outline:
        titles = [item.title for group in outline.root for item in group.children]
    assert all(any(order.order_no in title for title in titles) for order in content.orders)


def test_one_order_names_its_case_once_and_has_no_table(tmp_path):
    content = content_of((piece_of(files.jpeg(tmp_path, 64, 48)),))
    path, _result = build(content, tmp_path)
    assert page_texts(path)[0].count(content.order_no) == 1


def closing(texts: list[str]) -> str:
    return next(text for text in texts if re.search(r"凭证\d+件|exhibits?on", text))


@pytest.mark.parametrize("facts", [2, 5, 8, 11])
def test_the_closing_line_never_stands_alone(tmp_path, facts):
    """With the longest statement that a platform takes, 300 characters, at the foot of the page and behind it."""
    statement = ("买家退回的商品与发出的不一致。" * 20)[:300]
    content = content_of((), statement=statement)
    content = replace(content, facts=tuple((f"事实{number}", "说明") for number in range(facts)))
    path, _result = build(content, tmp_path)
    assert statement[-12:].replace(" ", "") in closing(page_texts(path))


@pytest.mark.parametrize("count", [2, 12])
def test_the_closing_line_stands_under_an_order(tmp_path, count):
    content = replace(about(count, tmp_path), pieces=(), timeline=(), deadlines=())
    path, _result = build(content, tmp_path)
    assert content.orders[-1].order_no in closing(page_texts(path))


@pytest.mark.parametrize(("pieces", "moments"), [(17, 8), (3, 60)])
def test_the_number_of_front_pages_is_foreseen(tmp_path, pieces, moments):
    picture = files.jpeg(tmp_path, 64, 48)
    content = content_of(tuple(piece_of(picture, number) for number in range(1, pieces + 1)), moments=moments)
    result = build(content, tmp_path)[1]
    assert front_pages(content) == result.pages - pieces


def test_moments_stay_in_beijing_time(tmp_path):
    content = content_of(())
    late = replace(content.timeline[0], at=content.timeline[0].at.replace(hour=0) - timedelta(minutes=1))
    path, _result = build(replace(content, timeline=(late,)), tmp_path)
    assert f"{late.at:%Y-%m-%d}23:59" in "".join(page_texts(path))
