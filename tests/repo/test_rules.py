"""Every deadline and workflow rule of the catalogue is carried, proved, and listed."""

import pytest

from tests.repo.rules_coverage import CATALOGUE, DOCUMENT, coverage, document, not_carried, wanted


@pytest.mark.parametrize("code", wanted())
def test_rule_is_carried_and_proved(code):
    found = coverage()[code]
    assert found.entries or found.steps, "no entry of a pack and no transition names it"
    assert found.tests, "no test names it"
    assert CATALOGUE["titles"][code]


def test_rules_that_are_not_carried_say_why():
    assert all(not_carried().values())
    assert set(not_carried()) <= set(CATALOGUE["kinds"])


def test_document_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make fix writes it anew"
