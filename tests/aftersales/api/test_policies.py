import json

from django.conf import settings

from aftersales.models import PolicyVersion


def test_policies_tell_every_pack(owner):
    packs = owner.get("policies").json()
    assert [pack["platform"] for pack in packs] == sorted(path.stem for path in settings.POLICIES_DIR.glob("*.toml"))
    assert all(pack["is_current"] for pack in packs)
    assert packs[0]["content"]["deadline"]


def test_policies_mark_the_version_that_holds(owner):
    now = PolicyVersion.objects.get(platform="pinduoduo")
    later = {"version": "2099.01", "effective_from": "2099-01-01T00:00:00+08:00"}
    PolicyVersion.objects.create(
        platform="pinduoduo", content={**now.content, **later}, sha256="0" * 64, loaded_at=now.loaded_at, **later
    )
    packs = [pack for pack in owner.get("policies").json() if pack["platform"] == "pinduoduo"]
    assert [(pack["version"], pack["is_current"]) for pack in packs] == [(now.version, True), ("2099.01", False)]
    assert json.dumps(packs[0]["content"])
