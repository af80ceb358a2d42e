"""The loaded versions of the policy packs, and what another one would change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound
from aftersales.models import Deadline, PolicyVersion
from aftersales.policy_diff import Change, pack_changes
from aftersales.selectors.policies import known_platforms, rule_book, rule_books
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftersales.policy import Pack
    from aftersales.policy_history import PackHistory

MOST_COUNTED = 10_000  # clocks: beyond that nobody needs the number, and counting takes long


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """`clocks` is how many deadlines were made under it, at most `MOST_COUNTED` + 1."""

    version: PolicyVersion
    pack: Pack
    is_current: bool
    clocks: int

    @property
    def clocks_told(self) -> str:
        return f"{MOST_COUNTED}+" if self.clocks > MOST_COUNTED else str(self.clocks)

    @property
    def name(self) -> str:
        return words(self.pack.name)

    @property
    def loaded_by(self) -> str:
        return self.version.loaded_by.display_name if self.version.loaded_by else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPreview:
    """What loading a pack would mean. `follows` is the version before it, if there is any; `yields_to` the one after.

    `clocks_since` is how many clocks started since its `effective_from` already, at most `MOST_COUNTED` + 1.
    """

    pack: Pack
    follows: Pack | None
    yields_to: Pack | None
    changes: list[Change]
    clocks_since: int


def loaded_versions(*, at: datetime, platform: str = "", version: str = "") -> list[LoadedVersion]:
    """By platform, the oldest first; one of each platform's versions holds at the moment."""
    rows = PolicyVersion.objects.select_related("loaded_by").order_by("platform", "effective_from")
    if platform:
        rows = rows.filter(platform=platform, version=version)
    versions = list(rows)
    books = rule_books(sorted({row.platform for row in versions}))
    return [
        LoadedVersion(
            row,
            pack=next(pack for pack in books[row.platform].history.packs if pack.version == row.version),
            is_current=books[row.platform].history.at(at).version == row.version,
            clocks=Deadline.objects.filter(policy=row)[: MOST_COUNTED + 1].count(),
        )
        for row in versions
    ]


def find_version(platform: str, version: str, *, at: datetime) -> LoadedVersion:
    """Raises `NotFound`."""
    found = loaded_versions(at=at, platform=platform, version=version) if platform and version else []
    if not found:
        message = _("No version %(version)s of %(platform)s is loaded.")
        raise NotFound(message % {"version": version, "platform": platform}, code="version_not_found")
    return found[0]


def preview_of(pack: Pack, *, at: datetime) -> PackPreview:
    """The differences from the version that it would follow; where it is the first, from the one it replaces."""
    history = rule_book(pack.platform).history if pack.platform in known_platforms() else None
    follows, yields_to = _neighbours(pack, history)
    return PackPreview(
        pack=pack,
        follows=follows,
        yields_to=yields_to,
        changes=pack_changes(follows, pack) if follows else [],
        clocks_since=_clocks_since(pack, at),
    )


def _neighbours(pack: Pack, history: PackHistory | None) -> tuple[Pack | None, Pack | None]:
    others = [one for one in history.packs if one.version != pack.version] if history else []
    earlier = [one for one in others if one.effective_from < pack.effective_from]
    later = [one for one in others if one.effective_from > pack.effective_from]
    replaced = [one for one in history.packs if one.version == pack.version] if history else []
    return next(iter([*earlier[-1:], *replaced]), None), next(iter(later), None)


def _clocks_since(pack: Pack, at: datetime) -> int:
    """No clock has started in the future; only a moment that has passed is looked up."""
    if pack.effective_from > at:
        return 0
    started = Deadline.objects.filter(policy__platform=pack.platform, started_at__gte=pack.effective_from)
    return started[: MOST_COUNTED + 1].count()


def fingerprint(versions: Iterable[PolicyVersion]) -> str:
    """Tells whether versions were loaded or replaced since somebody looked at them."""
    held = sorted((row.version, row.sha256) for row in versions)
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()


def platform_fingerprint(platform: str) -> str:
    return fingerprint(PolicyVersion.objects.filter(platform=platform))
