"""A refunded case with a chat screenshot, and appeals of it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from aftersales.models import Case, User
from appeals.claims import DraftChange
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.packet_files import key_of
from appeals.packets.build import PacketResult
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.packets import create_packet
from appeals.storage import PacketStore
from evidence.models import EvidenceItem
from tests.appeals.packets import contents
from tests.evidence.factories import keep_file
from tests.factories import make_agent, make_lead, make_refunded_case, make_shop
from tests.instants import AT
from tests.samples import files

STATEMENT = "买家退回的是空包裹，快递称重 0.1 公斤，与发货重量不符。请判商家无责并退还货款。"


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def agent(shop) -> User:
    return make_agent(shop)


@pytest.fixture
def lead(shop) -> User:
    return make_lead(shop)


@pytest.fixture
def add_file(agent, tmp_path):
    """Puts a real picture into a slot; each call another picture."""
    sizes = iter(range(300, 400))

    def add(case: Case, slot: str = "chat_screenshot", *, path: Path | None = None, caption: str = "") -> EvidenceItem:
        path = path or files.jpeg(tmp_path, width=next(sizes), height=240)
        return keep_file(path, case=case, slot=slot, name=f"{slot}.jpg", by=agent, at=AT, caption=caption)

    return add


@pytest.fixture
def case(shop, agent, add_file) -> Case:
    case = make_refunded_case(shop, agent)
    add_file(case)
    return case


@pytest.fixture
def draft(case, agent) -> Appeal:
    """Everything is there but the packet."""
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    change = DraftChange(ground="empty_or_missing", statement=STATEMENT)
    return update_appeal(appeal=appeal, change=change, by=agent, now=AT + timedelta(minutes=5))


@pytest.fixture(scope="session")
def printed(tmp_path_factory) -> tuple[Path, PacketResult]:
    """The file of some packet, built once: that takes longer than most tests."""
    folder = tmp_path_factory.mktemp("printed")
    return contents.build(contents.content_of(contents.pieces_of(files.jpeg(folder))), folder)


@pytest.fixture
def build(printed):
    """Leaves a packet as the worker does when it has built it, with the printed file."""
    path, result = printed

    def build(appeal: Appeal, *, now=AT + timedelta(minutes=10)) -> Packet:
        packet = create_packet(appeal=appeal, by=None, now=now)
        store = PacketStore()
        with store.workplace(str(packet.pk)) as folder:
            store.keep(Path(shutil.copy(path, folder)), key_of(packet))
        packet.key, packet.pages, packet.byte_size = key_of(packet), result.pages, result.byte_size
        packet.sha256, packet.manifest = result.sha256, result.manifest
        packet.state, packet.finished_at = PacketState.DONE, now
        packet.save()
        return packet

    return build


@pytest.fixture
def ready(draft, build) -> Appeal:
    build(draft)
    return draft


@pytest.fixture
def page(client, agent):
    """A browser in which the agent is logged in."""
    client.force_login(agent)
    return client
