"""What whoever adds a proof confirms to have seen on it: the red-stamp statement (PD-33, KS-33, A12)."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.enums import EventType, Kind
from aftersales.errors import Unprocessable
from aftersales.models import CaseEvent
from aftersales.services.tokens import create_token
from evidence.errors import NotConfirmed
from evidence.models import EvidenceItem
from evidence.selectors.slots import slot_rule
from evidence.services.uploads import add_evidence
from tests.evidence.factories import on_disk, picture
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT

BY_HAND = ["number_by_hand", "recipient_by_hand", "courier_by_hand", "date_by_hand"]
ALL = [*BY_HAND, "rest_printed", "stamped"]


@pytest.fixture
def agent(db):
    return make_agent()


def stamped_case(platform, agent):
    shop = make_shop(platform)
    agent.shops.add(shop)
    return make_case(shop, agent, kind=Kind.IN_TRANSIT)


def add(case, agent, confirmed, slot="red_stamp"):
    with on_disk(picture()) as path:
        return add_evidence(case=case, slot=slot, path=path, name="a.png", by=agent, at=AT, confirmed=confirmed)


@pytest.mark.parametrize("platform", ["pinduoduo", "kuaishou"])
def test_list_asks_for_four_handwritten_fields_on_a_printed_form(agent, platform):
    """PD-33: number, recipient, deliverer and date by hand, the rest printed; the stamp is implied."""
    rule = slot_rule(stamped_case(platform, agent), "red_stamp", AT)
    assert [point.code for point in rule.checklist] == ALL
    assert rule.is_strict == (platform == "pinduoduo")


def test_statement_is_taken_with_all_of_it_confirmed(agent):
    """PD-33: who added it said so, for good: the ledger keeps it."""
    item = add(stamped_case("pinduoduo", agent), agent, ALL[::-1])
    assert (item.confirmed, item.warnings) == (ALL, [])
    assert CaseEvent.objects.get(type=EventType.EVIDENCE_ADDED).data["confirmed"] == ALL


@pytest.mark.parametrize("missing", ALL)
def test_statement_with_one_point_missing_is_refused_on_pinduoduo(agent, missing):
    """PD-33: wholly handwritten and wholly printed are both invalid."""
    case = stamped_case("pinduoduo", agent)
    with pytest.raises(NotConfirmed) as refused:
        add(case, agent, [code for code in ALL if code != missing])
    rule = slot_rule(case, "red_stamp", AT)
    assert next(point.name.zh for point in rule.checklist if point.code == missing) in str(refused.value)
    assert not EvidenceItem.objects.exists()


def test_statement_without_confirmation_is_warned_of_on_kuaishou(agent):
    """A12: the rule about handwriting is Pinduoduo's; elsewhere it warns and does not block."""
    case = stamped_case("kuaishou", agent)
    assert add(case, agent, BY_HAND).warnings == ["unconfirmed"]
    assert add(case, agent, ALL).warnings == []


def test_point_that_is_not_on_the_list_is_refused(agent):
    case = stamped_case("pinduoduo", agent)
    for slot, confirmed in (("red_stamp", [*ALL, "signed"]), ("courier_screenshot", ["stamped"])):
        with pytest.raises(Unprocessable) as refused:
            add(case, agent, confirmed, slot)
        assert set(refused.value.fields) == {"confirmed"}


def sent(**known):
    return {"slot": "red_stamp", "file": SimpleUploadedFile("证明.png", picture()), **known}


def test_page_asks_and_tells_what_was_confirmed(client, agent):
    """PD-33: the boxes go with the file, a refusal names what is missing, the piece shows what was said."""
    case = stamped_case("pinduoduo", agent)
    client.force_login(agent)
    address, script = f"/cases/{case.ref}/evidence/", {"HX-Request": "true"}
    assert client.get(address).content.decode().count('name="confirmed"') == len(ALL)
    refused = client.post(f"{address}upload/", sent(confirmed=BY_HAND), headers=script)
    assert refused.status_code == 422
    assert "盖有红章" in refused.content.decode()
    taken = client.post(f"{address}upload/", sent(confirmed=ALL), headers=script)
    assert "快递单号手写 · 收件人手写" in taken.content.decode()


def test_api_takes_what_was_confirmed_and_tells_the_list(client, agent):
    """PD-33."""
    case = stamped_case("pinduoduo", agent)
    headers = {"authorization": f"Bearer {create_token(user=agent, now=AT)[1]}"}
    address = f"/api/v1/cases/{case.ref}"
    (slot,) = [one for one in client.get(address, headers=headers).json()["slots"] if one["code"] == "red_stamp"]
    assert ([point["code"] for point in slot["checklist"]], slot["is_strict"]) == (ALL, True)

    def send(**fields):
        return client.post(f"{address}/evidence", sent(fields=json.dumps(fields)), headers=headers)

    refused = send(caption="网点证明")
    assert (refused.status_code, refused.json()["error"]) == (422, "not_confirmed")
    assert set(send(confirmed="stamped").json()["fields"]) == {"confirmed"}
    assert send(confirmed=ALL).json()["confirmed"] == ALL
