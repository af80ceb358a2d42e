"""The schema says what is true, and the docs show all of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from config.api import api
from config.wsgi import application
from tests.api_client import ApiClient
from tests.factories import make_case, make_lead, make_shop

MOST_EXAMPLES = 3  # of each call and way


def calls():
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1")["paths"].items():
        for method, call in methods.items():
            yield path, method, call


def ways() -> Iterator[tuple[str, GenerationMode]]:
    """Each call as its schema wants it, and against it where it wants anything."""
    for _path, _method, call in calls():
        yield call["operationId"], GenerationMode.POSITIVE
        if call["parameters"] or "requestBody" in call:
            yield call["operationId"], GenerationMode.NEGATIVE


def test_every_call_but_health_needs_a_token():
    assert [path for path, _method, call in calls() if not call.get("security")] == ["/api/v1/health"]


def test_every_call_says_how_it_fails():
    for path, method, call in calls():
        assert call["responses"]["4XX"], (path, method)


def test_names_of_calls_are_unique():
    names = [call["operationId"] for _path, _method, call in calls()]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_docs_show_every_call_without_other_hosts(client: Client):
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    for path, _method, call in calls():
        assert path in page
        assert f'id="{call["operationId"]}"' in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)


def desk(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application behind a server that ends each request, as the caller in this process does not."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture
def _one_connection(db) -> Iterator[None]:
    """The end of a request would close the connection on which the test's transaction runs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(("name", "way"), list(ways()), ids=str)
def test_call_keeps_its_word(name, way, settings):
    """Whatever is sent, no call breaks, and every answer is one that the schema tells."""
    settings.API_CALLS_PER_MINUTE = 1_000_000
    shop = make_shop(code="shop")
    lead = make_lead(shop)
    case = make_case(shop, lead)
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", desk).find_operation_by_id(name)
    known = {"ref": case.ref} if "{ref}" in operation.path else None
    headers = ApiClient(lead).headers

    @given(asked=operation.as_strategy(way, path_parameters=known))
    @examples(
        max_examples=MOST_EXAMPLES,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def explore(asked) -> None:
        asked.call_and_validate(
            headers=headers,
            checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
        )

    explore()
