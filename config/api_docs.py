"""The API's readable docs: its own page, made from the OpenAPI schema, without files of other hosts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja.openapi.docs import DocsBase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrOrPromise
    from ninja import NinjaAPI

DEEPEST = 4  # levels of fields within fields that the page shows


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a table: `name` is a path such as `items[].ref`."""

    name: str
    type: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Call:
    anchor: str
    method: str
    path: str
    title: str
    text: str
    needs_token: bool
    parameters: list[Field]
    body_type: str
    body: list[Field]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Group:
    label: _StrOrPromise
    calls: list[Call] = field(default_factory=list)


LABELS: dict[str, _StrOrPromise] = {
    "health": _("Health"),
    "cases": _("Cases"),
    "evidence": _("Evidence"),
    "appeals": _("Appeals"),
    "packets": _("Packets"),
    "bundles": _("Bundles"),
    "imports": _("Imports"),
    "audit": _("Audit"),
    "notifications": _("Notifications"),
    "policies": _("Policy packs"),
}


class ReadableDocs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        context = {
            "groups": groups_of(schema),
            "base_url": request.build_absolute_uri(reverse(f"{api.urls_namespace}:api-root")),
            "calls_per_minute": settings.API_CALLS_PER_MINUTE,
            "openapi_url": reverse(f"{api.urls_namespace}:openapi-json", kwargs=kwargs),
        }
        return render(request, "api/docs.html", context)


def groups_of(schema: Mapping[str, Any]) -> list[Group]:
    """The calls by their tag, in the order of the schema."""
    reader = SchemaReader(schema)
    groups: dict[str, Group] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            name = next(iter(operation.get("tags", [])), "other")
            groups.setdefault(name, Group(LABELS.get(name, name))).calls.append(reader.call(method, path, operation))
    return list(groups.values())


def _unwrapped(text: str) -> str:
    """A docstring's paragraphs, each in one line."""
    return "\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


class SchemaReader:
    """Turns JSON schemas into lines that a person can read."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.components = schema["components"]["schemas"]

    def call(self, method: str, path: str, operation: Mapping[str, Any]) -> Call:
        content = operation.get("requestBody", {}).get("content", {})
        body_type = next(iter(content), "")
        return Call(
            anchor=operation["operationId"],
            method=method.upper(),
            path=path,
            title=gettext(operation["summary"]),
            text=_unwrapped(operation.get("description", "")),
            needs_token=bool(operation.get("security")),
            parameters=[self._parameter(parameter) for parameter in operation.get("parameters", [])],
            body_type=body_type,
            body=self.fields(content[body_type]["schema"]) if body_type else [],
            answers=[
                Answer(str(status), answer["description"], self._answer_fields(answer))
                for status, answer in operation["responses"].items()
                if str(status) != "4XX"
            ],
        )

    def fields(self, schema: Mapping[str, Any], prefix: str = "", depth: int = 0) -> list[Field]:
        """The fields of an object, and of the objects in it."""
        return list(self._walk(self._resolved(schema), prefix, depth))

    def _parameter(self, parameter: Mapping[str, Any]) -> Field:
        place = "" if parameter["in"] == "query" else f" ({parameter['in']})"
        text = parameter.get("description", "")
        return Field(parameter["name"] + place, self._type(parameter["schema"]), parameter["required"], text)

    def _answer_fields(self, answer: Mapping[str, Any]) -> list[Field]:
        content = answer.get("content", {})
        kind = next(iter(content), None)
        return self.fields(content[kind]["schema"]) if kind else []

    def _walk(self, schema: Mapping[str, Any], prefix: str, depth: int) -> Iterator[Field]:
        if schema.get("type") == "array":
            yield from self._walk(self._resolved(schema["items"]), f"{prefix}[]", depth)
            return
        required = schema.get("required", [])
        for name, inner in schema.get("properties", {}).items():
            path = f"{prefix}.{name}" if prefix else name
            resolved = self._resolved(inner)
            text = inner.get("description") or ""
            yield Field(path, self._type(inner), name in required, text)
            if depth < DEEPEST and (resolved.get("properties") or resolved.get("type") == "array"):
                yield from self._walk(resolved, path, depth + 1)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A reference followed, and of "this or null" the this."""
        if "$ref" in schema:
            return self._resolved(self.components[schema["$ref"].rsplit("/", 1)[-1]])
        choices = [choice for choice in schema.get("anyOf", schema.get("allOf", [])) if choice.get("type") != "null"]
        return self._resolved(choices[0]) if len(choices) == 1 else schema

    def _type(self, schema: Mapping[str, Any]) -> str:
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._type(choice) for choice in schema["anyOf"]))
        schema = self._resolved(schema)
        if "enum" in schema:
            return " | ".join(str(value) for value in schema["enum"])
        if "const" in schema:
            return str(schema["const"] or '""')
        if schema.get("type") == "array":
            return f"{self._type(schema['items'])}[]"
        return str(schema.get("format") or schema.get("type") or "any")
