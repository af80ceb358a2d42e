"""The loaded versions of the policy packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.models import PolicyVersion
from aftersales.selectors.policies import rule_books

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    version: PolicyVersion
    is_current: bool


def loaded_versions(*, at: datetime) -> list[LoadedVersion]:
    """By platform, the oldest first; one of each platform's versions holds at the moment."""
    versions = list(PolicyVersion.objects.order_by("platform", "effective_from"))
    books = rule_books(sorted({version.platform for version in versions}))
    current = {(platform, book.history.at(at).version) for platform, book in books.items()}
    return [LoadedVersion(version, (version.platform, version.version) in current) for version in versions]
