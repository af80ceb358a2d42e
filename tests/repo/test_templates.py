"""The content security policy forbids what is written into a page; only PDF pages have no such policy."""

import re

import pytest

from tests.repo.project import files, place

FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "a file of another host": re.compile(r"(?:\ssrc|<link[^>]*\shref)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_page_templates_do_not_hold(what):
    pages = [path for path in files("templates") if path.suffix == ".html" and "pdf" not in path.parts]
    assert pages
    found = [
        place(path, text.count("\n", 0, match.start()) + 1)
        for path in pages
        if (text := path.read_text(encoding="utf-8"))
        for match in FORBIDDEN[what].finditer(text)
    ]
    assert not found
