"""Where a tracking number is typed, pasted, sent or imported: filled in, hinted at, warned of, and always taken."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from aftersales.enums import EventType, Kind
from aftersales.facts import read_fact
from aftersales.forms import FactForm, TransitionForm
from aftersales.models import Case, Shipment
from aftersales.transitions import TRANSITIONS
from tests.aftersales.imports.rows import codes, parsed
from tests.aftersales.imports.shapes import PDD_LIST
from tests.api_client import ApiClient
from tests.factories import learn, make_agent, make_case, make_shop, take
from tests.instants import AT

YTO, SF = "YT6882541752907", "SF9380532104862"


@pytest.fixture(autouse=True)
def _at(time_machine) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def agent(db):
    return make_agent(make_shop())


@pytest.fixture
def case(agent) -> Case:
    """A not-shipped case whose tracking number is due."""
    shop = agent.shops.get()
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED, requested_at=AT - timedelta(hours=2))
    learn(case, EventType.BUYER_CONTACTED, agent, at=AT - timedelta(hours=1))
    return take(case, "dispute_unshipped", agent)


@pytest.fixture
def client(agent) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(agent)
    return client


def upload(client: Client, case: Case, **data):
    case.refresh_from_db()
    address = reverse("case_transition", args=[case.ref, "upload_tracking"])
    return client.post(address, {"version": case.version, **data})


def told(answer) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(answer.wsgi_request)]


def test_courier_left_empty_is_filled_in_from_the_number(client, case):
    answer = upload(client, case, tracking_no=f"\t{YTO.lower()} ")
    assert answer.status_code == 302
    parcel = Shipment.objects.get()
    assert (parcel.courier, parcel.tracking_no) == ("圆通", YTO)
    assert [level for level, _text in told(answer)] == ["success", "info"]


@pytest.mark.parametrize(("courier", "number"), [("圆通", SF), ("顺丰", "SF12"), ("申通", "78609748566457")])
def test_odd_number_is_warned_of_and_taken(client, case, courier, number):
    """flows.md, upload_tracking: a plausible shape (2E: warn only)."""
    answer = upload(client, case, courier=courier, tracking_no=number)
    assert answer.status_code == 302
    (warning,) = [text for level, text in told(answer) if level == "warning"]
    assert number in warning
    case.refresh_from_db()
    assert case.state == "rejected"
    assert Shipment.objects.get().courier == courier


def test_number_of_no_known_shape_is_taken_without_a_word(client, case):
    answer = upload(client, case, tracking_no="XYZ-0001")
    assert [level for level, _text in told(answer)] == ["success"]
    assert Shipment.objects.get().courier == ""


def test_fact_of_a_parcel_is_filled_in_and_warned_of_alike(client, case):
    address = reverse("case_event", args=[case.ref])
    scanned = {"type": EventType.SHIPMENT_SCANNED, "tracking_no": SF}
    assert [level for level, _text in told(client.post(address, scanned))] == ["success", "info"]
    back = {"type": EventType.RETURN_SHIPPED, "tracking_no": "9888243449845", "courier": "圆通"}
    assert "warning" in [level for level, _text in told(client.post(address, back))]
    assert set(Shipment.objects.values_list("courier", flat=True)) == {"顺丰", "圆通"}


def test_note_names_no_parcel(client, case):
    answer = client.post(reverse("case_event", args=[case.ref]), {"type": "case.noted", "note": "x", "tracking_no": SF})
    assert [level for level, _text in told(answer)] == ["success"]
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"number": YTO}, "YTO Express"),
        ({"tracking_no": "ｓｆ9380532104862"}, "SF Express"),
        ({"tracking_no": "5301240121606"}, "EMS / Yunda Express"),
        ({"tracking_no": "ABCDEFGH99999"}, "No shape"),
        ({"tracking_no": SF, "courier": "圆通"}, "tone-urgent"),
    ],
)
def test_hint_is_live(client, asked, shown):
    answer = client.get(reverse("courier_hint"), asked)
    assert answer.status_code == 200
    assert shown in answer.text


@pytest.mark.parametrize("asked", [{}, {"number": ""}, {"number": "S"}, {"tracking_no": YTO, "courier": "圆通"},
                                   {"tracking_no": "SF12", "courier": "圆通"}])  # fmt: skip
def test_hint_says_nothing_while_there_is_nothing_to_say(client, asked):
    assert client.get(reverse("courier_hint"), asked).text.strip() == ""


def test_hint_is_escaped_and_for_people_only(client):
    assert "<b>" not in client.get(reverse("courier_hint"), {"number": "<b>" * 9, "courier": "圆通<b>"}).text
    assert Client().get(reverse("courier_hint")).status_code == 302
    assert client.post(reverse("courier_hint")).status_code == 405


def test_fields_of_a_parcel_ask_for_the_hint(client, case):
    page = client.get(reverse("case", args=[case.ref])).text
    assert f'hx-get="{reverse("courier_hint")}"' in page
    assert "data-courier-hint" in page


def test_api_answers_with_warnings(agent, case):
    api = ApiClient(agent)
    event = {"type": "return.shipped", "at": AT.isoformat(), "data": {"tracking_no": SF, "courier": "圆通"}}
    answer = api.post(f"cases/{case.ref}/events", event)
    assert answer.status_code == 201
    (warning,) = answer.json()["warnings"]
    assert SF in warning
    case.refresh_from_db()
    step = {"name": "upload_tracking", "version": case.version, "data": {"tracking_no": YTO.lower(), "courier": "圆通"}}
    done = api.post(f"cases/{case.ref}/transitions", step)
    assert (done.status_code, done.json()["warnings"]) == (200, [])
    assert Shipment.objects.filter(tracking_no=YTO).exists()


def test_program_that_names_no_courier_gets_none_made_up(agent, case):
    """The ledger holds what was said; only a person sees what the form filled in."""
    event = {"type": "return.shipped", "at": AT.isoformat(), "data": {"tracking_no": SF}}
    assert ApiClient(agent).post(f"cases/{case.ref}/events", event).json()["warnings"] == []
    assert Shipment.objects.get().courier == ""


@pytest.mark.parametrize(
    ("number", "courier", "warned"),
    [("SF9380532104862", "顺丰快递", False), ("SF9380532104862", "圆通快递", True), ("123456789012", "顺丰快递", False),
     ("5301240121606", "韵达快递", False), ("YT1234567890123456", "圆通快递", True), ("SF9380532104862", "", False),
     ("SF9380532104862", "加运美", False), ("\tyt 6882541752907", "圆通快递", False)],
)  # fmt: skip
def test_import_warns_where_the_courier_contradicts_the_number(number, courier, warned):
    row = parsed("pinduoduo_refund_list", PDD_LIST, tracking_number=number, tracking_company=courier)
    assert codes(row) == (["courier_shape"] if warned else [])
    assert row.return_tracking_no.startswith(("SF", "YT", "1", "5"))
    assert row.return_courier == courier


@given(st.text("ABCDEFGHJKSTXY0123456789-", min_size=4, max_size=40).filter(lambda text: any(map(str.isdigit, text))))
def test_no_shape_is_refused(number):
    assert read_fact(EventType.TRACKING_UPLOADED, {"tracking_no": number})["tracking_no"] == number
    for courier in ("", "顺丰", "圆通"):
        form = TransitionForm(TRANSITIONS["upload_tracking"], {"tracking_no": number, "courier": courier})
        assert form.is_valid()
        fact = FactForm({"type": EventType.RETURN_SHIPPED, "tracking_no": number, "courier": courier})
        assert fact.is_valid()
