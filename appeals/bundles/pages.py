"""index.pdf: what the bundle holds and what is missing from it, in the style of the packets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from appeals.packets.pages import laying_out
from appeals.packets.wording import BEIJING, HTML_LANGUAGES, moment, money

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.bundles.content import BundleContent, BundleLine

MOST_SHOPS = 12  # on the first page


def write_index(content: BundleContent, *, output: Path) -> None:
    with translation.override(content.language):
        source = HTML(string=render_to_string("pdf/bundle.html", _words(content)), url_fetcher=_refuse)
        with laying_out():
            document = source.render(font_config=_fonts(), stylesheets=[_style()])
            document.write_pdf(output, pdf_identifier=_identifier(content))


def _words(content: BundleContent) -> dict[str, Any]:
    lines = [_line(line) for line in content.lines]
    return {
        "title": _("Appeal packets, index of the bundle"),
        "language": HTML_LANGUAGES.get(content.language, content.language),
        "created": content.prepared_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "facts": [(label, value) for label, value in _facts(content) if value],
        "prepared_at": moment(content.prepared_at),
        "lines": lines,
        "missing": [line for line in lines if line["line"].error],
    }


def _facts(content: BundleContent) -> list[tuple[str, str]]:
    shops = list(dict.fromkeys(f"{line.platform} · {line.shop}" for line in content.lines))
    more = len(shops) - MOST_SHOPS
    if more > 0:
        shops[MOST_SHOPS:] = [ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}]
    closings = sorted(line.closes_at for line in content.lines if line.closes_at)
    ends = dict.fromkeys(moment(at) for at in (closings[0], closings[-1])) if closings else {}
    return [
        (_("Made for"), content.destination),
        (_("Platform and shop"), "\n".join(shops)),
        (_("Appeals"), str(len(content.lines))),
        (_("Packets in the bundle"), str(content.packets)),
        (_("Missing"), str(len(content.missing) or "")),
        (_("Amount claimed"), money(content.money) if content.money else ""),
        (_("Windows close"), " – ".join(ends)),
    ]


def _line(line: BundleLine) -> dict[str, Any]:
    return {
        "line": line,
        "further": list(zip(line.cases, line.orders, strict=True))[1:],
        "money": money(line.money),
        "closes_at": moment(line.closes_at) if line.closes_at else "",
        "byte_size": f"{line.byte_size:,}",
    }


def _identifier(content: BundleContent) -> str:
    return hashlib.sha256(json.dumps(asdict(content), default=str).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=1)
def _style() -> CSS:
    return CSS(string=render_to_string("pdf/bundle.css"), font_config=_fonts(), url_fetcher=_refuse)


def _refuse(url: str) -> NoReturn:
    raise ValueError(f"not allowed to load {url}")
