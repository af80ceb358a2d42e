"""What is said in a demo chat: a script for its topic, made longer with small talk where asked."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("chat_scripts.toml")


class Speaker(StrEnum):
    BUYER = "buyer"
    SHOP = "shop"
    NOTICE = "notice"
    BUYER_PHOTO = "buyer_photo"
    SHOP_PHOTO = "shop_photo"


class Topic(StrEnum):
    INTERCEPT = "intercept"
    DAMAGED = "damaged"
    NOT_SHIPPED = "not_shipped"
    RETURN = "return"
    MISSING = "missing"
    MALICIOUS = "malicious"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class ChatLine:
    """The text of a photo line is what it shows: a value of goods.Issue."""

    speaker: Speaker
    text: str
    at: datetime


def invent_lines(
    topic: Topic, *, started_at: datetime, rng: random.Random, length: int | None = None, terms: str = ""
) -> tuple[ChatLine, ...]:
    """At least the topic's script; small talk is put in until there are `length` lines."""
    script = [(Speaker(who), words.replace("{terms}", terms), wait) for who, words, wait in _scripts()[topic]]
    buyer_says, shop_says = (_deck(_read()["filler"][who], rng) for who in (Speaker.BUYER, Speaker.SHOP))
    while len(script) < (length or 0):
        # In pairs, and never after the last words, which say how it ended.
        place = rng.randint(2, len(script) - 2)
        script.insert(place, (Speaker.SHOP, next(shop_says), rng.randint(1, 4)))
        script.insert(place, (Speaker.BUYER, next(buyer_says), rng.randint(2, 26)))
    moment = started_at
    lines = []
    for speaker, words, wait in script:
        moment += timedelta(minutes=wait, seconds=rng.randint(0, 40))
        lines.append(ChatLine(speaker, words, moment))
    return tuple(lines)


def _deck(sentences: list[str], rng: random.Random) -> Iterator[str]:
    """Every sentence once before any comes again."""
    while True:
        yield from rng.sample(sentences, len(sentences))


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _scripts() -> dict[str, list[tuple[str, str, int]]]:
    return {script["topic"]: script["lines"] for script in _read()["script"]}
