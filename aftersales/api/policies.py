"""The rules: which versions there are, what they say, and another one loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from aftersales.api_support import ApiRequest, Moment, idempotent
from aftersales.permissions import check_lead
from aftersales.policy_reading import read_toml
from aftersales.selectors.policy_versions import (
    LoadedVersion,
    PackPreview,
    find_version,
    loaded_versions,
    platform_fingerprint,
    preview_of,
)
from aftersales.selectors.wording import words
from aftersales.services.policies import LARGEST, load_pack

if TYPE_CHECKING:
    from aftersales.policy_diff import Change

router = Router()


class PolicyAnswer(Schema):
    """`content` is the pack: deadlines, proof slots, appeals; `is_current` marks the version that holds now.

    `clocks` counts the deadlines that were made under it, up to 10,001; with any, it cannot change.
    """

    platform: str
    name: str
    version: str
    effective_from: Moment
    loaded_at: Moment
    loaded_by: str
    sha256: str
    is_current: bool
    clocks: int
    content: dict[str, Any]


class ChangeAnswer(Schema):
    """`kind` is added, removed or changed; `place` is a path such as deadline.ticket_evidence.hours."""

    kind: str
    place: str
    subject: str
    field: str
    old: str
    new: str
    text: str


class PolicyDetail(PolicyAnswer):
    """`changes` are those from `follows`, the version before it; empty for the first."""

    follows: str
    yields_to: str
    changes: list[ChangeAnswer]


class PolicyIn(Schema):
    toml: Annotated[str, Field(max_length=LARGEST)] = Field(description="The pack, as in config/policies.")
    dry_run: bool = Field(default=False, description="Checks and compares, and loads nothing.")


class LoadAnswer(Schema):
    """`outcome` is loaded, replaced (a version that nothing was measured by) or unchanged.

    `clocks_since` counts deadlines, up to 10,001, that started since `effective_from` already.
    """

    platform: str
    version: str
    effective_from: Moment
    outcome: str
    is_loaded: bool
    follows: str
    yields_to: str
    clocks_since: int
    changes: list[ChangeAnswer]


@router.get("/policies", response=list[PolicyAnswer], summary=gettext_noop("Policy packs"))
def list_policies(request: ApiRequest) -> list[dict[str, Any]]:
    """Every loaded version, by platform and moment."""
    return [_answer(found) for found in loaded_versions(at=timezone.now())]


@router.get("/policies/{platform}/{version}", response=PolicyDetail, summary=gettext_noop("One version of a pack"))
def get_policy(request: ApiRequest, platform: str, version: str) -> dict[str, Any]:
    """What it says, and what it changed."""
    at = timezone.now()
    found = find_version(platform, version, at=at)
    return {**_answer(found), **_compared(preview_of(found.pack, at=at))}


@router.post("/policies", response={200: LoadAnswer, 201: LoadAnswer}, summary=gettext_noop("Load a policy pack"))
@idempotent
def load_policy(request: ApiRequest, asked: PolicyIn) -> Status[dict[str, Any]]:
    """For leads. A faulty pack is refused with the place of each fault, a version in use with the word to raise it."""
    check_lead(request.user)
    at = timezone.now()
    pack = read_toml(asked.toml, name="toml")
    known = platform_fingerprint(pack.platform)
    preview = preview_of(pack, at=at)
    loaded = load_pack(content=asked.toml, name="toml", at=at, by=request.user, check_only=asked.dry_run, known=known)
    is_loaded = not asked.dry_run and loaded.outcome != "unchanged"
    answer = {
        "platform": pack.platform,
        "version": pack.version,
        "effective_from": pack.effective_from,
        "outcome": loaded.outcome,
        "is_loaded": is_loaded,
        "clocks_since": preview.clocks_since,
        **_compared(preview),
    }
    return Status(201 if is_loaded else 200, answer)


def _answer(found: LoadedVersion) -> dict[str, Any]:
    return {
        "platform": found.version.platform,
        "name": words(found.pack.name),
        "version": found.version.version,
        "effective_from": found.version.effective_from,
        "loaded_at": found.version.loaded_at,
        "loaded_by": found.version.loaded_by.username if found.version.loaded_by else "",
        "sha256": found.version.sha256,
        "is_current": found.is_current,
        "clocks": found.clocks,
        "content": found.version.content,
    }


def _compared(preview: PackPreview) -> dict[str, Any]:
    return {
        "follows": preview.follows.version if preview.follows else "",
        "yields_to": preview.yields_to.version if preview.yields_to else "",
        "changes": [_change(change) for change in preview.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "place": change.place,
        "subject": change.subject,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "text": change.text,
    }
