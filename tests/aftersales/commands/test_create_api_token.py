import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aftersales.models import ApiToken
from tests.api_client import ApiClient
from tests.factories import make_agent, make_case, make_shop

pytestmark = pytest.mark.django_db


def create(*arguments: str, **options) -> str:
    output = StringIO()
    call_command("create_api_token", *arguments, stdout=output, stderr=StringIO(), **options)
    return output.getvalue().strip()


def test_key_is_printed_once_and_not_kept():
    user = make_agent(make_shop())
    key = create(user.username)
    assert ApiClient(headers={"Authorization": f"Bearer {key}"}).get("cases").status_code == 200
    token = ApiToken.objects.get()
    assert key not in {str(value) for value in vars(token).values()}
    assert key.startswith(token.hint)


def test_token_for_one_shop_to_read():
    here, elsewhere = make_shop(), make_shop()
    case = make_case(here)
    make_case(elsewhere)
    user = make_agent(here, elsewhere)
    said = json.loads(create(user.username, "--shop", here.code, "--read-only", "--json"))
    assert said.items() >= {"user": user.username, "shops": [here.code], "read_only": True}.items()
    client = ApiClient(headers={"Authorization": f"Bearer {said['token']}"})
    assert [item["ref"] for item in client.get("cases").json()["items"]] == [case.ref]
    assert client.post("cases", {}).status_code == 403


def test_unknown_names():
    user, elsewhere = make_agent(make_shop()), make_shop()
    for arguments in (["nobody"], [user.username, "--shop", "nothing"], [user.username, "--shop", elsewhere.code]):
        with pytest.raises(CommandError):
            create(*arguments)
    assert not ApiToken.objects.exists()


def test_closed_account():
    user = make_agent(is_active=False)
    with pytest.raises(CommandError):
        create(user.username)
