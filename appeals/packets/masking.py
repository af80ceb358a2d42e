"""Hides personal data in the words of a packet: phones, identity cards, e-mail, doors, the buyer's name. Pure.

What is hidden keeps its place and its ends, so that whoever knows the number recognises it: 138****5678.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from appeals.packets.content import Order, PacketContent, Piece, Source

    Span = tuple[int, int]

STAR = "*"
HIDDEN = "****"
DIGIT = "[0-9０-９]"
# A number that goes on in digits or letters is another number: an order's, a parcel's, a product's.
ALONE = "(?<![0-9０-９][-*])(?<![0-9０-９A-Za-z])"
AFTER = "(?![0-9０-９A-Za-z])"
GAP = "[-–— .]?"

MOBILE = re.compile(
    rf"{ALONE}(?:(?:(?:[+＋]|00)86{GAP})|86[- ])?"
    rf"(?P<head>[1１][3-9３-９]{DIGIT}){GAP}(?P<middle>{DIGIT}{GAP}{DIGIT}{{2}}{GAP}{DIGIT}){GAP}"
    rf"(?P<tail>{DIGIT}{{4}}){AFTER}"
)
LANDLINE = re.compile(
    rf"{ALONE}(?:(?:[+＋]|00)86{GAP}0?|0)(?P<area>10|2[0-9]|[3-9]{DIGIT}{{2}})[)）]?{GAP}"
    rf"(?P<middle>[2-8]{DIGIT}{{2,3}}){GAP}(?P<tail>{DIGIT}{{4}}){AFTER}"
)
# Six digits of the place, eight of the birthday, four that tell people apart.
IDENTITY = re.compile(
    rf"{ALONE}(?P<head>[1-9１-９]{DIGIT}{{2}})(?P<middle>{DIGIT}{{3}}[- ]?(?:[1１][9９]|[2２][0０]){DIGIT}{{2}}"
    rf"(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0０][1-9１-９]|[12１２]{DIGIT}|[3３][01０１])[- ]?)"
    rf"(?P<tail>{DIGIT}{{3}}[0-9０-９XxＸｘ]){AFTER}"
)
EMAIL = re.compile(
    r"(?<![0-9A-Za-z_.%+*-])(?P<head>[0-9A-Za-z_%+-])[0-9A-Za-z_.%+-]*(?P<tail>@(?:[0-9A-Za-z-]+\.)+[A-Za-z]{2,})"
)

# A street is told by the number behind it, an estate by a building or a room, a village by a group or a number.
NUMERAL = "[0-9０-９A-Za-z一二三四五六七八九十百]{1,5}"
SPACE = r"\s{0,3}"
UNIT = "(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|户|弄|组|房)"
DOOR = rf"(?:{SPACE}[-,，]?{SPACE}{NUMERAL}(?:{SPACE}[-—#]{SPACE}{NUMERAL}){{0,3}}{SPACE}{UNIT})"
BUILDING = rf"(?:{SPACE}{NUMERAL}{SPACE}(?:号楼|栋|幢|座|单元))"
NO_QUANTITY = "(?![0-9０-９.年月日点:：个件元])"
ROOM = rf"(?:{SPACE}[-,，]?{SPACE}{DIGIT}{{1,5}}(?:{SPACE}[-—]{SPACE}{DIGIT}{{1,5}}){{0,2}}{NO_QUANTITY})"
# What the name of a street does not hold: the words that stand before it.
NAME = "[^\\W_省市区县旗镇乡址在于至到往住寄送发是为的了把和与及]"
STREET = "(?:大道|大街|胡同|(?<![线电网铁思])路|街|(?<![知报通渠频味轨管街跑])道|巷|弄)"
ESTATE = "(?:小区|花园|公寓|家园|新村|嘉园|大厦|广场|宿舍|苑|府|城|庄|村|园|邨)"
ADDRESS = re.compile(
    rf"(?:{NAME}{{1,10}}?{STREET}{DOOR}{{1,6}}(?:{SPACE}[,，]?{SPACE}{NAME}{{1,10}}?{ESTATE})?{DOOR}{{0,6}}{ROOM}?"
    rf"|{NAME}{{1,10}}?{ESTATE}{BUILDING}{DOOR}{{0,6}}{ROOM}?"
    rf"|{NAME}{{1,10}}?[村庄屯]{SPACE}{NUMERAL}{SPACE}[组号社]{DOOR}{{0,6}}"
    rf"|{NAME}{{1,10}}?(?:小区|花园|公寓|家园|新村|嘉园|大厦|宿舍)(?:{DOOR}{{1,6}}{ROOM}?|{ROOM})"
    rf"|(?<![0-9０-９A-Za-z]){DIGIT}{{1,4}}{SPACE}(?:栋|幢|号楼|座){DOOR}{{1,6}})"
)
# Shorter than this, a number is no order's, and a Latin name would be found inside of words.
SHORTEST_NUMBER = 6
SHORTEST_NAME = 2
SHORTEST_LATIN_NAME = 3


def mask_text(text: str, *, kept_numbers: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
    """The text with personal data hidden; none of the kept numbers is touched, each of `names` becomes its value.

    Masking what is masked already changes nothing.
    """
    for name, shown in (names or {}).items():
        text = _mask_name(text, name, shown)
    for pattern, hide in RULES:
        text = pattern.sub(partial(_hidden, hide, _spans(text, kept_numbers)), text)
    return text


def _spans(text: str, numbers: Collection[str]) -> list[Span]:
    """Where the numbers stand, each as a whole number."""
    found = []
    for number in numbers:
        if len(number) >= SHORTEST_NUMBER:
            found += [match.span() for match in re.finditer(rf"(?<!\d){re.escape(number)}(?!\d)", text)]
    return found


def _hidden(hide: Callable[[re.Match[str]], str], kept: list[Span], match: re.Match[str]) -> str:
    start, end = match.span()
    is_kept = any(start < last and first < end for first, last in kept)
    return match[0] if is_kept else hide(match)


def _hide_middle(match: re.Match[str]) -> str:
    """Stars for the digits of the middle; what separates them stays."""
    start, end = (place - match.start() for place in match.span("middle"))
    middle = "".join(STAR if letter.isalnum() else letter for letter in match[0][start:end])
    return match[0][:start] + middle + match[0][end:]


def _hide_mailbox(match: re.Match[str]) -> str:
    return f"{match['head']}***{match['tail']}"


def _hide_all(_match: re.Match[str]) -> str:
    return HIDDEN


RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (EMAIL, _hide_mailbox),
    (IDENTITY, _hide_middle),
    (MOBILE, _hide_middle),
    (LANDLINE, _hide_middle),
    (ADDRESS, _hide_all),
)


def _mask_name(text: str, name: str, shown: str) -> str:
    if len(name) < SHORTEST_NAME or STAR in name or name.isdigit():
        return text
    if name.isascii():
        if len(name) < SHORTEST_LATIN_NAME:
            return text
        return re.sub(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z*])", lambda _match: shown, text)
    return text.replace(name, shown)


def masked_content(content: PacketContent) -> PacketContent:
    """The content with its personal data hidden, if that was asked for."""
    if not content.is_masked:
        return content
    buyers = [(content.buyer, content.buyer_masked), *((order.buyer, order.buyer_masked) for order in content.orders)]
    names = {name: shown for name, shown in buyers if name}

    def mask(text: str) -> str:
        return mask_text(text, kept_numbers=content.kept_numbers, names=names)

    def mask_pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((label, mask(value)) for label, value in pairs)

    def mask_source(source: Source | None) -> Source | None:
        # The file that something was cut from or blacked out in is what the masks are to hide.
        return replace(source, path=None, original_name=mask(source.original_name)) if source else None

    def mask_piece(piece: Piece) -> Piece:
        return replace(
            piece,
            caption=mask(piece.caption),
            original_name=mask(piece.original_name),
            source=mask_source(piece.source),
        )

    def mask_order(order: Order) -> Order:
        return replace(order, buyer=order.buyer_masked, product=mask(order.product), facts=mask_pairs(order.facts))

    return replace(
        content,
        buyer=content.buyer_masked,
        product=mask(content.product),
        statement=mask(content.statement),
        facts=mask_pairs(content.facts),
        timeline=tuple(replace(row, text=mask(row.text)) for row in content.timeline),
        orders=tuple(mask_order(order) for order in content.orders),
        pieces=tuple(mask_piece(piece) for piece in content.pieces),
    )
