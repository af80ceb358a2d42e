"""Every rule about deadlines, proof, appeals and steps is carried, proved, and listed."""

import pytest

from tests.repo.rules_coverage import CATALOGUE, DOCUMENT, coverage, document, wanted


@pytest.mark.parametrize("code", wanted())
def test_rule_is_carried_and_proved(code):
    found = coverage()[code]
    assert found.entries or found.steps, "no entry of a pack and no transition names it"
    assert found.tests, "no test names it"
    assert CATALOGUE["titles"][code]


def test_document_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make fix writes it anew"
