"""The rules in force, from the loaded policy packs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import PolicyRefused
from aftersales.models import PolicyVersion
from aftersales.policy import Pack
from aftersales.policy_history import PackHistory
from aftersales.policy_reading import parse_pack

if TYPE_CHECKING:
    from aftersales.policy import DeadlineRule


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One platform's packs, and the database ids of their versions."""

    platform: str
    history: PackHistory
    ids: dict[str, int]

    def rule(self, code: str, policy_id: int) -> DeadlineRule | None:
        version = next((version for version, pk in self.ids.items() if pk == policy_id), None)
        pack = next((pack for pack in self.history.packs if pack.version == version), None)
        return pack.rule(code) if pack else None

    @property
    def newest(self) -> Pack:
        return self.history.packs[-1]


@lru_cache(maxsize=64)
def _parsed(sha256: str, content: str) -> Pack:
    return parse_pack(json.loads(content), name=sha256[:12])


@lru_cache(maxsize=64)
def _book(platform: str, versions: tuple[tuple[int, str, str], ...]) -> RuleBook:
    stored = dict(PolicyVersion.objects.filter(pk__in=[pk for pk, *_rest in versions]).values_list("pk", "content"))
    packs = [_parsed(sha256, json.dumps(stored[pk], sort_keys=True)) for pk, _version, sha256 in versions]
    return RuleBook(platform, PackHistory(packs), {version: pk for pk, version, _sha256 in versions})


def rule_book(platform: str) -> RuleBook:
    """The rule book of a platform. Raises `PolicyRefused` where no pack was loaded."""
    return rule_books([platform])[platform]


def rule_books(platforms: list[str]) -> dict[str, RuleBook]:
    """The rule books of several platforms, in one query. Raises `PolicyRefused` where a pack is missing."""
    versions: dict[str, list[tuple[int, str, str]]] = {platform: [] for platform in platforms}
    rows = PolicyVersion.objects.filter(platform__in=versions).order_by("effective_from")
    for pk, platform, version, sha256 in rows.values_list("pk", "platform", "version", "sha256"):
        versions[platform].append((pk, version, sha256))
    for platform, found in versions.items():
        if not found:
            message = _("No rules are loaded for the platform %(platform)s: run load_policies.")
            raise PolicyRefused(message % {"platform": platform}, code="no_policy")
    return {platform: _book(platform, tuple(found)) for platform, found in versions.items()}


def known_platforms() -> list[str]:
    return list(PolicyVersion.objects.order_by("platform").values_list("platform", flat=True).distinct())
