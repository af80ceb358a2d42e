"""The rules in force."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from aftersales.api_support import ApiRequest, Moment
from aftersales.selectors.policy_versions import loaded_versions

router = Router()


class PolicyAnswer(Schema):
    """`content` is the pack: deadlines, proof slots, appeals; `is_current` marks the version that holds now."""

    platform: str
    version: str
    effective_from: Moment
    loaded_at: Moment
    sha256: str
    is_current: bool
    content: dict[str, Any]


@router.get("/policies", response=list[PolicyAnswer], summary=gettext_noop("Policy packs"))
def list_policies(request: ApiRequest) -> list[dict[str, Any]]:
    """Every loaded version, by platform and moment."""
    return [
        {
            "platform": loaded.version.platform,
            "version": loaded.version.version,
            "effective_from": loaded.version.effective_from,
            "loaded_at": loaded.version.loaded_at,
            "sha256": loaded.version.sha256,
            "is_current": loaded.is_current,
            "content": loaded.version.content,
        }
        for loaded in loaded_versions(at=timezone.now())
    ]
