import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from aftersales.enums import Kind
from aftersales.management.commands.draw_states import document
from aftersales.states import STATES
from aftersales.transitions import TRANSITIONS


@pytest.fixture
def root(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    return tmp_path


def test_document_is_as_the_code_is():
    call_command("draw_states", "--check")


def test_check_finds_a_change(root):
    with pytest.raises(CommandError, match="draw_states"):
        call_command("draw_states", "--check")
    call_command("draw_states", stdout=StringIO())
    call_command("draw_states", "--check")
    drawn = root / "docs" / "states.md"
    drawn.write_text(drawn.read_text() + "\n")
    with pytest.raises(CommandError):
        call_command("draw_states", "--check")


def test_language_of_the_reader_does_not_matter(root):
    drawn = root / "docs" / "states.md"
    texts = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            call_command("draw_states", stdout=StringIO())
        texts.append(drawn.read_text())
    assert texts[0] == texts[1]


def test_every_transition_and_state_is_drawn():
    with translation.override("en"):
        text = document()
    assert all(f"`{name}`" in text for name in TRANSITIONS)
    for kind, chapter in zip(Kind, text.split("\n## ")[1:], strict=True):
        drawn = set(re.findall(r"^  (\w+): ", chapter, re.MULTILINE))
        assert drawn == {state.value for state in STATES[kind]}
        ways = re.findall(r"^  (\w+) --> (\w+)", chapter, re.MULTILINE)
        assert {state for way in ways for state in way} <= drawn
