"""Load policy packs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.errors import PolicyRefused
from aftersales.models import Deadline, PolicyVersion
from aftersales.policy import read_pack

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from aftersales.models import User


@dataclass(frozen=True, slots=True)
class LoadedPack:
    platform: str
    version: str
    outcome: str  # loaded, replaced or unchanged


@transaction.atomic
def load_policies(*, folder: Path, at: datetime, by: User | None = None, check_only: bool = False) -> list[LoadedPack]:
    """Validate every pack of a folder and load them all, or none.

    Raises `PolicyRefused` for a faulty pack, an empty folder, or a change to a version in use.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise PolicyRefused(_("There is no policy pack in %(folder)s.") % {"folder": folder}, code="no_packs")
    results = []
    for path in paths:
        pack = read_pack(path)
        content = pack.model_dump(mode="json")
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        loaded = PolicyVersion.objects.filter(platform=pack.platform, version=pack.version).first()
        if loaded is not None and loaded.sha256 == sha256:
            results.append(LoadedPack(pack.platform, pack.version, "unchanged"))
            continue
        if loaded is not None and Deadline.objects.filter(policy=loaded).exists():
            message = _("%(platform)s %(version)s is in use and cannot change: raise the version.")
            raise PolicyRefused(message % {"platform": pack.platform, "version": pack.version}, code="version_in_use")
        rivals = PolicyVersion.objects.filter(platform=pack.platform, effective_from=pack.effective_from)
        rival = rivals.exclude(version=pack.version).first()
        if rival is not None:
            message = _(
                "%(platform)s %(version)s holds from the same moment as %(other)s: give a later effective_from."
            )
            named = {"platform": pack.platform, "version": pack.version, "other": rival.version}
            raise PolicyRefused(message % named, code="moment_taken")
        results.append(LoadedPack(pack.platform, pack.version, "replaced" if loaded else "loaded"))
        if not check_only:
            PolicyVersion.objects.update_or_create(
                platform=pack.platform,
                version=pack.version,
                defaults={
                    "effective_from": pack.effective_from,
                    "content": content,
                    "sha256": sha256,
                    "loaded_at": at,
                    "loaded_by": by,
                },
            )
    return results
