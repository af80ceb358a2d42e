"""Several drafts of one shop, whose packets are built already unless a test wants otherwise."""

import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta

import pytest

from aftersales.models import PolicyVersion
from appeals.bundle_files import open_bundle
from appeals.claims import DraftChange
from appeals.enums import AppealState
from appeals.models import Appeal, Bundle
from appeals.selectors.bundle_choices import find_appeals
from appeals.services.bundles import create_bundle, run_bundle
from appeals.services.drafts import open_appeal, update_appeal
from tests.factories import make_case, make_refunded_case
from tests.instants import AT

LATER = AT + timedelta(hours=1)


@pytest.fixture
def make_draft(shop, agent, add_file, build):
    """A draft with proof; `built`: its packet lies in the store as the worker leaves it."""

    def make(*, built: bool = True, of=None, **known) -> Appeal:
        case = make_refunded_case(of or shop, agent, **known)
        add_file(case)
        appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
        change = DraftChange(ground="empty_or_missing", statement="退回的是空包裹。")
        appeal = update_appeal(appeal=appeal, change=change, by=agent, now=AT + timedelta(minutes=5))
        if built:
            build(appeal)
        return appeal

    return make


@pytest.fixture
def drafts(make_draft) -> list[Appeal]:
    return [make_draft() for _number in range(2)]


@pytest.fixture
def rows(shop, agent):
    """Appeals that have ended, as rows of one case: for what looks at lists of appeals, not into them."""
    case = make_case(shop)
    policy = PolicyVersion.objects.get(platform=shop.platform)

    def make(count: int) -> list[Appeal]:
        known = {"case": case, "policy": policy, "type": "rights", "state": AppealState.EXPIRED}
        made = [Appeal(**known, opened_at=AT, opened_by=agent, changed_at=AT) for _number in range(count)]
        Appeal.objects.bulk_create(made)
        return find_appeals([str(one.pk) for one in made])

    return make


@pytest.fixture
def ask(lead):
    """A bundle that nothing has begun to build."""

    def ask(appeals: Sequence[Appeal], *, language: str = "zh-hans", profile: str = "pdf", now=LATER) -> Bundle:
        found = find_appeals([str(appeal.pk) for appeal in appeals])
        return create_bundle(appeals=found, by=lead, now=now, profile=profile, language=language)

    return ask


def carry_out(bundle: Bundle, *, now=LATER, **how) -> Bundle:
    return run_bundle(bundle_id=bundle.pk, clock=lambda: now, **how)


def zip_bytes(bundle: Bundle) -> bytes:
    with open_bundle(bundle) as file:
        return bytes(file.read())


def opened(bundle: Bundle) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(zip_bytes(bundle)))


def entries(bundle: Bundle) -> list[tuple[str, str]]:
    return list(bundle.entries.order_by("position").values_list("state", "error_code"))
