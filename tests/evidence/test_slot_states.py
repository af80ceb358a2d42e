"""A slot is filled, doubtful, missing or optional, and says why; page and API say the same."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import translation

from aftersales.enums import EventType, Kind
from aftersales.models import Case, CaseEvent, as_kind
from aftersales.policy_appeals import SlotRule
from aftersales.policy_parts import Words
from aftersales.services.policies import load_policies
from aftersales.services.tokens import create_token
from aftersales.slot_states import Doubt, SlotState, is_short, slot_state
from evidence.checks import FileWarning
from evidence.doubts import DOUBTS, doubts_in
from evidence.examples import EXAMPLES, example_file
from evidence.selectors.slot_words import accept, how_many, takes
from evidence.selectors.slots import evidence_panel
from evidence.services.uploads import withdraw_evidence
from tests.aftersales.packs import PLATFORMS, shipped
from tests.evidence.factories import make_evidence, picture
from tests.factories import make_case, make_refunded_case, make_shop
from tests.instants import AT
from tests.samples import files

WORDS = Words(zh="字", en="word")


def rule(code="photo", **known):
    return SlotRule(code=code, name=WORDS, shows=WORDS, kinds=[Kind.RETURN_DISPUTE], **known)


def slot(case, user, code="chat_screenshot", at=AT):
    fresh = as_kind(Case.objects.select_related("shop", "order").get(pk=case.pk))
    return next(one for one in evidence_panel(fresh, user=user, at=at).slots if one.code == code)


def doubts(found):
    return [reason.doubt for reason in found.reasons]


NEEDED = {"needed_for": ["reject"]}


@pytest.mark.parametrize(
    ("known", "held", "is_open", "against", "state"),
    [
        (NEEDED, 0, True, [], SlotState.MISSING),
        (NEEDED, 0, False, [], SlotState.OPTIONAL),
        (NEEDED, 1, True, [], SlotState.FILLED),
        (NEEDED, 1, True, [Doubt.SMALL_IMAGE], SlotState.DOUBTFUL),
        (NEEDED, 1, False, [Doubt.SMALL_IMAGE], SlotState.DOUBTFUL),
        ({}, 0, True, [], SlotState.OPTIONAL),
        ({"required_by": ["rights"]}, 0, True, [], SlotState.OPTIONAL),
        ({}, 1, True, [], SlotState.FILLED),
    ],
)
def test_state_of_a_slot(known, held, is_open, against, state):
    one = rule(**known)
    assert slot_state(one, [one], Counter({one.code: held}), is_open=is_open, doubts=against) == state


def test_slot_of_a_filled_group_is_not_missing():
    """KS-33: the courier's site or the red stamp will do."""
    first, second = (rule(code, needed_for=["reject"], group="courier") for code in ("site", "stamp"))
    assert slot_state(first, [first, second], Counter(), is_open=True) == SlotState.MISSING
    assert slot_state(first, [first, second], Counter({"stamp": 1}), is_open=True) == SlotState.OPTIONAL


def test_fewer_pieces_than_it_takes_is_short():
    one = rule(at_least=2)
    assert [is_short(one, held) for held in (0, 1, 2, 3)] == [False, True, False, False]


def test_every_warning_says_whether_it_casts_doubt():
    assert set(DOUBTS) == {*FileWarning.values, Doubt.USED_ELSEWHERE.value}
    assert {doubt for doubt in DOUBTS.values() if doubt} == set(Doubt) - {Doubt.TOO_FEW}


def test_each_doubt_makes_a_slot_doubtful(case, agent, store, tmp_path):
    item = make_evidence(case, agent, data=files.polyglot_png(tmp_path).read_bytes(), name="面单.png")
    found = slot(case, agent)
    assert (found.state, doubts(found)) == (SlotState.DOUBTFUL, [Doubt.HIDDEN_DATA])
    with translation.override("en"):
        assert str(slot(case, agent).reasons[0].message) == "something hidden behind the picture: 面单.png"
    assert CaseEvent.objects.get(case_id=case.pk, type=EventType.EVIDENCE_ADDED).data["doubts"] == ["hidden_data"]
    withdraw_evidence(item=item, reason="换一张", by=agent, at=AT)
    assert slot(case, agent).state == SlotState.MISSING


def test_harmless_warning_casts_no_doubt(case, agent, store):
    make_evidence(case, agent, name="聊天记录.jpg")
    found = slot(case, agent)
    assert len(found.pieces[0].warnings) == 1
    assert (found.state, found.reasons) == (SlotState.FILLED, [])
    assert doubts_in([FileWarning.ACTIVE_PDF, "something of another version"]) == []


def test_reason_names_three_pieces_at_most(shop, case, agent, store):
    other = make_case(shop, agent)
    for number in range(4):
        data = picture()
        make_evidence(case, agent, data=data, name=f"{number}.png", at=AT + timedelta(seconds=number))
        make_evidence(other, agent, data=data)
    found = slot(case, agent, at=AT + timedelta(minutes=1))
    assert doubts(found) == [Doubt.USED_ELSEWHERE]
    assert str(found.reasons[0].message).endswith("0.png, 1.png, 2.png…")


def test_unconfirmed_statement_is_doubtful_where_it_is_taken(agent, store):
    """A12: on Kuaishou the handwriting warns only."""
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT)
    make_evidence(case, agent, "red_stamp", confirmed=["stamped"])
    assert doubts(slot(case, agent, "red_stamp")) == [Doubt.UNCONFIRMED]


@pytest.fixture
def demanding(tmp_path, db):
    """Pinduoduo's next pack: two to thirty chat screenshots, films among them."""
    text = (settings.POLICIES_DIR / "pinduoduo.toml").read_text()
    for old, new in (
        (r'^version = ".*"', 'version = "2026.01"'),
        (r"^effective_from = .*", "effective_from = 2026-01-01T00:00:00+08:00"),
        (
            r'^code = "chat_screenshot"',
            'code = "chat_screenshot"\nat_least = 2\nat_most = 30\ntakes = ["image", "video"]',
        ),
    ):
        text = re.sub(old, new, text, count=1, flags=re.MULTILINE)
    (tmp_path / "pinduoduo.toml").write_text(text)
    load_policies(folder=tmp_path, at=AT)


def test_slot_says_how_many_and_which_files(agent, shop, demanding, store):
    case = make_case(shop, agent)
    make_evidence(case, agent)
    with translation.override("en"):
        found = slot(case, agent)
        assert (str(found.how_many), found.takes, str(found.necessity)) == (
            "2 to 30 files",
            "pictures / videos",
            "required",
        )
        assert [str(reason.message) for reason in found.reasons] == ["fewer pieces than it takes: 1/2"]
    assert (found.room, found.at_most, found.state) == (29, 30, SlotState.DOUBTFUL)
    make_evidence(case, agent)
    assert slot(case, agent).state == SlotState.FILLED


def test_words_of_number_and_types():
    with translation.override("en"):
        assert [str(how_many(rule(at_least=low, at_most=high))) for low, high in ((1, 1), (3, 3), (1, 9), (2, 9))] == [
            "1 file",
            "3 files",
            "up to 9 files",
            "2 to 9 files",
        ]
        assert takes(rule(takes=["pdf"])) == "PDF"
    assert accept(rule(takes=["pdf"])) == "application/pdf"
    assert {"image/png", ".heic"} <= set(accept(rule()).split(","))
    assert "video" not in accept(rule())


def test_ended_case_needs_nothing_but_for_appeals(shop, agent, store):
    case = make_refunded_case(shop, agent)
    with translation.override("en"):
        found = slot(case, agent)
        assert (found.state, str(found.necessity)) == (SlotState.OPTIONAL, "optional")
        assert str(found.needed_for).startswith("for appeals: ")


def test_api_tells_state_and_reasons(client, agent, shop, demanding, store):
    case = make_case(shop, agent)
    headers = {"authorization": f"Bearer {create_token(user=agent, now=AT)[1]}", "accept-language": "en"}

    def told(code="chat_screenshot"):
        slots = client.get(f"/api/v1/cases/{case.ref}", headers=headers).json()["slots"]
        return next(one for one in slots if one["code"] == code)

    assert told()["state"] == "missing"
    assert [reason["code"] for reason in told()["reasons"]] == ["missing"]
    item = make_evidence(case, agent, data=files.encoded(files.Image.new("RGB", (60, 60)), "PNG"))
    assert [reason["code"] for reason in told()["reasons"]] == ["too_few", "small_image"]
    found = told()
    assert (found["state"], found["takes"], found["at_least"], found["at_most"]) == (
        "doubtful",
        ["image", "video"],
        2,
        30,
    )
    withdraw_evidence(item=item, reason="太小", by=agent, at=AT)
    for _number in range(2):
        make_evidence(case, agent)
    assert (told()["state"], told()["reasons"]) == ("filled", [])
    assert told("agreement_screenshot")["state"] == "optional"


def test_api_of_the_proof_knows_other_cases_too(client, shop, case, agent, store):
    headers = {"authorization": f"Bearer {create_token(user=agent, now=AT)[1]}", "accept-language": "en"}
    data = picture()
    make_evidence(make_case(shop, agent), agent, data=data)
    item = make_evidence(case, agent, data=data)
    (found,) = [
        one
        for one in client.get(f"/api/v1/cases/{case.ref}/slots", headers=headers).json()
        if one["code"] == "chat_screenshot"
    ]
    assert (found["state"], found["room"], found["items"]) == ("doubtful", 8, [str(item.pk)])
    assert found["reasons"] == [
        {"code": "used_elsewhere", "message": "used for another order as well: 聊天记录.png"},
    ]
    missing = next(
        one
        for one in client.get(f"/api/v1/cases/{case.ref}/slots", headers=headers).json()
        if one["state"] == "missing"
    )
    assert [reason["code"] for reason in missing["reasons"]] == ["missing"]


def test_page_shows_state_example_and_limits(browser, case, agent, store):
    page = browser.get(f"/cases/{case.ref}/evidence/").content.decode()
    assert 'data-slot="chat_screenshot" data-state="missing" data-room="9" data-most="9" data-missing' in page
    assert f'data-max-bytes="{50_000_000}"' in page
    assert "desk/examples/" in page


def test_every_example_is_drawn_without_words():
    folder = settings.BASE_DIR / "config" / "static" / "desk" / "examples"
    drawn = {path.stem: path.read_text() for path in folder.iterdir()}
    assert set(drawn) == EXAMPLES
    assert not [name for name, text in drawn.items() if "<text" in text or 'viewBox="0 0 320 200"' not in text]
    assert example_file("nothing") == ""


def test_every_example_that_a_pack_names_is_drawn():
    named = {one.example for platform in PLATFORMS for one in shipped(platform).slot if one.example}
    assert named <= EXAMPLES
