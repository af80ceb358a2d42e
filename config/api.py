"""The HTTP API: mounts the apps' routers; one way to ask, to answer and to fail."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Never

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from aftersales.api import router as aftersales_router
from aftersales.api_support import TokenAuth, TokenThrottle
from appeals.api import router as appeals_router
from config import api_errors
from config.api_docs import ReadableDocs
from config.api_parser import TextParser
from evidence.api import router as evidence_router

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLResolver
    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation


class DeskAPI(NinjaAPI):
    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The calls, and an answer of the API for every other address below it."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _at_the_edge(pattern.callback)
        patterns.append(path("<path:anything>", _at_the_edge(_nothing_here)))
        return patterns, app_name, namespace

    def get_openapi_operation_id(self, operation: Operation) -> str:
        app = operation.view_func.__module__.partition(".")[0]
        return f"{app}_{operation.view_func.__name__}"

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Any call may fail, and all fail in one shape."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Error"] = api_errors.Error.model_json_schema()
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        for calls in schema["paths"].values():
            for call in calls.values():
                call["responses"]["4XX"] = {"description": "Refused; nothing was changed", "content": content}
        return schema


def _at_the_edge(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A token, not a session lets in; what no call answers is answered in the API's shape."""

    @login_not_required
    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "\0" in request.path_info:
            return api_errors.not_found(request, Http404())
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            return api_errors.not_found(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = api_errors.wrong_method()
            response["Allow"] = allowed
        return response

    return answer


def _nothing_here(_request: HttpRequest, anything: str) -> Never:
    raise Http404(anything)


DESCRIPTION = """\
Bearer token. Times are ISO 8601 with offset, money is a decimal string in yuan. Lists page by `cursor` and `limit`.
`{ref}` is a case's own number (`C-000123`) or `shopcode:platform case number`.
`Accept-Language: en` gives English texts; Chinese is the default.
"""

api = DeskAPI(
    title="Aftersales Desk",
    version="1",
    description=DESCRIPTION,
    auth=TokenAuth(),
    throttle=[TokenThrottle()],
    parser=TextParser(),
    docs=ReadableDocs(),
)
api_errors.handle_errors(api)
api.add_router("", aftersales_router)
api.add_router("", evidence_router)
api.add_router("", appeals_router)
