"""Chinese is the default language: every text has its translation."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

from tests.repo.project import APPS, ROOT

CATALOGUE = ROOT / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
TRANSLATED = (*APPS, "templates", "config")
AGAIN = "make fix collects the texts; then translate what is new"


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture
def extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> polib.POFile:
    """A catalogue collected from the code as it is now."""
    ignore = shutil.ignore_patterns("locale", "static", "__pycache__")
    for directory in TRANSLATED:
        shutil.copytree(ROOT / directory, tmp_path / directory, ignore=ignore)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LOCALE_PATHS[0].mkdir()
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["zh_Hans"], no_location=True, no_wrap=True, verbosity=0)
    return polib.pofile(str(tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}|%[sd]", text))


def keys(catalogue: polib.POFile) -> set[tuple[str | None, str, str]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue if not entry.obsolete}


def test_catalogue_has_every_text(extracted, catalogue):
    assert sorted(map(str, keys(extracted) - keys(catalogue))) == [], AGAIN


def test_catalogue_has_nothing_else(extracted, catalogue):
    assert sorted(map(str, keys(catalogue) - keys(extracted))) == [], AGAIN
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_every_text_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_placeholders_survive_translation(catalogue):
    """A `%(name)s` or `{name}` that is lost or misspelt breaks the page that shows it."""
    wrong = []
    for entry in catalogue:
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            known = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
            if text and not placeholders(text) <= known:
                wrong.append(entry.msgid)
            if not entry.msgid_plural and text and placeholders(text) != known:
                wrong.append(entry.msgid)
    assert wrong == []


def test_catalogue_has_no_churn():
    """No line numbers and no dates: a change of code changes only the texts that it changes."""
    text = CATALOGUE.read_text(encoding="utf-8")
    assert "POT-Creation-Date" not in text
    assert "\n#: " not in text
