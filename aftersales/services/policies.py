"""Load policy packs: the one path for the command, the page and the API."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Conflict, PolicyRefused, StaleVersion, TooLarge
from aftersales.models import Deadline, PolicyVersion
from aftersales.permissions import check_lead
from aftersales.policy_reading import read_text, read_toml
from aftersales.selectors.policy_versions import fingerprint

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from aftersales.models import User
    from aftersales.policy import Pack

LARGEST = 256 * 1024  # bytes of a pack; the shipped ones have less than 16 kB


@dataclass(frozen=True, slots=True)
class LoadedPack:
    platform: str
    version: str
    outcome: str  # loaded, replaced or unchanged


def load_policies(*, folder: Path, at: datetime, by: User | None = None, check_only: bool = False) -> list[LoadedPack]:
    """Validate every pack of a folder and load them all, or none.

    Raises `PolicyRefused` for an empty folder, and what `load_pack` raises.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise PolicyRefused(_("There is no policy pack in %(folder)s.") % {"folder": folder}, code="no_packs")
    with transaction.atomic():
        return [
            load_pack(content=read_text(path), name=path.name, at=at, by=by, check_only=check_only) for path in paths
        ]


@transaction.atomic
def load_pack(
    *,
    content: str,
    at: datetime,
    by: User | None,
    name: str = "TOML",
    check_only: bool = False,
    known: str | None = None,
) -> LoadedPack:
    """Validate a pack and load it as a version of its platform; the same one again changes nothing.

    `known` is the `fingerprint` of the versions that the person has seen. Raises `NotAllowed`, `TooLarge`,
    `PolicyRefused` for a faulty pack, a change to a version in use or a moment that is taken, `StaleVersion` where
    versions were loaded since they were seen, `Conflict` where another is loaded in the same instant.
    """
    if by is not None:
        check_lead(by)
    if len(content.encode(errors="replace")) > LARGEST:
        raise TooLarge(_("A policy pack has at most %(kilobytes)d kB.") % {"kilobytes": LARGEST // 1024})
    pack = read_toml(content, name=name)
    loaded = {row.version: row for row in PolicyVersion.objects.select_for_update().filter(platform=pack.platform)}
    if known is not None and known != fingerprint(loaded.values()):
        raise StaleVersion(_("Versions of this platform were loaded meanwhile: look at the differences again."))
    kept = pack.model_dump(mode="json")
    sha256 = hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    before = loaded.get(pack.version)
    if before is not None and before.sha256 == sha256:
        return LoadedPack(pack.platform, pack.version, "unchanged")
    _check_free(pack, before, list(loaded.values()))
    if not check_only:
        values = {
            "effective_from": pack.effective_from,
            "content": kept,
            "sha256": sha256,
            "loaded_at": at,
            "loaded_by": by,
        }
        try:
            with transaction.atomic():
                PolicyVersion.objects.update_or_create(platform=pack.platform, version=pack.version, defaults=values)
        except IntegrityError as error:
            message = _("Somebody else is loading a version of this platform: look at it, then try again.")
            raise Conflict(message, code="loaded_meanwhile") from error
    return LoadedPack(pack.platform, pack.version, "replaced" if before else "loaded")


def _check_free(pack: Pack, before: PolicyVersion | None, loaded: list[PolicyVersion]) -> None:
    """A version in use stays as it is; no two versions hold from the same moment."""
    if before is not None and Deadline.objects.filter(policy=before).exists():
        message = _("%(platform)s %(version)s is in use and cannot change: raise the version.")
        raise PolicyRefused(
            message % {"platform": pack.platform, "version": pack.version},
            code="version_in_use",
            fields={"version": _("In use: raise the version.")},
        )
    rivals = [row for row in loaded if row.effective_from == pack.effective_from and row.version != pack.version]
    if rivals:
        message = _("%(platform)s %(version)s holds from the same moment as %(other)s: give a later effective_from.")
        named = {"platform": pack.platform, "version": pack.version, "other": rivals[0].version}
        raise PolicyRefused(
            message % named, code="moment_taken", fields={"effective_from": _("Taken: give a later moment.")}
        )
