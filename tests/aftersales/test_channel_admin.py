"""Channels in the administration: the address is a secret, and is tried before it is relied on."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from aftersales.enums import Telling
from aftersales.models import Channel, User
from tests.aftersales.listener import listening

ADDRESS = "dingtalk://0123456789abcdef0123456789abcdef"
LIST = "admin:aftersales_channel_changelist"


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("root", password="correct horse"))
    return client


@pytest.fixture
def keeper(db, client):
    """May look after channels, and is no superuser."""
    user = User.objects.create_user("keeper", password="correct horse", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__model="channel"))
    client.force_login(user)
    return client


@pytest.fixture
def channel(db):
    return Channel.objects.create(name="售后群", address=ADDRESS)


def save(client, address, *path):
    form = {"name": "新群", "address": address, "least": Telling.WARNING, "is_active": "on"}
    return client.post(reverse(*path) if path else reverse("admin:aftersales_channel_add"), form)


def test_address_of_a_robot_is_taken(admin):
    assert save(admin, f" {ADDRESS} ").status_code == 302
    assert Channel.objects.get().address == ADDRESS


def test_pasted_webhook_becomes_an_address(admin):
    save(admin, "https://open.feishu.cn/open-apis/bot/v2/hook/abc-def-123")
    assert Channel.objects.get().address == "feishu://abc-def-123"


@pytest.mark.parametrize("address", ["robot", "https://example.org/hook", "dingtalk://"])
def test_address_that_reaches_nothing_is_refused_with_a_hint(admin, address):
    answer = save(admin, address)
    assert answer.status_code == 200
    assert "dingtalk://secret@token" in str(answer.context["adminform"].form.errors["address"])
    assert not Channel.objects.exists()


def test_list_shows_the_service_and_no_secret(admin, channel):
    page = admin.get(reverse(LIST)).content.decode()
    assert "dingtalk://…" in page
    assert ADDRESS not in page


def test_superuser_sees_the_address(admin, channel):
    assert ADDRESS in admin.get(reverse("admin:aftersales_channel_change", args=[channel.pk])).content.decode()


def test_others_write_an_address_and_never_read_one(keeper, channel):
    place = reverse("admin:aftersales_channel_change", args=[channel.pk])
    assert "0123456789abcdef" not in keeper.get(place).content.decode()
    keeper.post(place, {"name": "改名", "address": "feishu://other-robot", "least": Telling.BREACH})
    channel.refresh_from_db()
    assert (channel.name, channel.address) == ("改名", ADDRESS)
    assert save(keeper, "feishu://abc-def-123").status_code == 302


def test_test_message_arrives_or_says_why_not(admin):
    with listening() as robot:
        channel = Channel.objects.create(name="售后群", address=robot.address)
        for status, fault in ((200, ""), (403, "403"), (200, "")):
            robot.status = status
            asked = {"action": "test", "_selected_action": [channel.pk]}
            page = admin.post(reverse(LIST), asked, follow=True).content.decode()
            channel.refresh_from_db()
            assert (fault in channel.fault) if fault else not channel.fault
            assert "secret-hook" not in page
        assert len(robot.heard) == 3


def test_notifications_are_looked_at_only(admin):
    page = reverse("admin:aftersales_notification_changelist")
    assert admin.get(page).status_code == 200
    assert admin.get(reverse("admin:aftersales_notification_add")).status_code == 403
