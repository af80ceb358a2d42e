"""Photos of goods and what is wrong with them."""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum
from typing import TypedDict

from PIL import Image

from evidence.drawings.cartons import lay_slip, paint_open_carton
from evidence.drawings.drawing import Drawing, chance
from evidence.drawings.garments import paint_shirt
from evidence.drawings.labels import paint_scribbles, paint_slip, paint_waybill
from evidence.drawings.marks import as_jpeg
from evidence.drawings.parcels import paint_carton, paint_room, paint_table
from evidence.drawings.scales import SCREEN_MEGAPIXELS
from evidence.drawings.scenes import HEIGHT, WIDTH, Scene
from evidence.drawings.tableware import paint_mug


class Goods(StrEnum):
    MUG = "mug"
    SHIRT = "shirt"
    JARS = "jars"


class Issue(StrEnum):
    INTACT = "intact"
    DAMAGED = "damaged"
    STAINED = "stained"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    EMPTY_BOX = "empty_box"
    CRUSHED_PARCEL = "crushed_parcel"


_NAMES: dict[Issue, str] = {
    Issue.INTACT: "发货实拍",
    Issue.DAMAGED: "商品破损",
    Issue.STAINED: "污渍使用痕迹",
    Issue.WRONG_ITEM: "错发实拍",
    Issue.MISSING_ITEM: "少件实拍",
    Issue.EMPTY_BOX: "空包实拍",
    Issue.CRUSHED_PARCEL: "外包装破损",
}


class _SlipRow(TypedDict):
    product: str
    variant: str
    quantity: int


_SLIPS: dict[Issue, _SlipRow] = {
    Issue.INTACT: {"product": "陶瓷马克杯", "variant": "单只装", "quantity": 1},
    Issue.WRONG_ITEM: {"product": "圆领短袖T恤", "variant": "白色 / L", "quantity": 1},
    Issue.MISSING_ITEM: {"product": "玻璃密封罐", "variant": "三只装", "quantity": 3},
}


def draw_product_photo(
    *,
    issue: Issue,
    order_no: str,
    tracking_no: str,
    seed: int,
    shop: str = "演示旗舰店",
    courier: str = "示例快递",
    megapixels: float = SCREEN_MEGAPIXELS,
) -> Drawing:
    """What a buyer or the warehouse photographs (JPEG). INTACT shows the goods with their waybill."""
    rng = chance(f"product-{issue}", seed)
    scene = Scene(rng)
    waybill = paint_waybill(courier=courier, tracking_no=tracking_no, recipient="张**", shop=shop, rng=rng)
    slip = paint_slip(order_no=order_no, shop=shop, **_SLIPS.get(issue, _SLIPS[Issue.INTACT]))
    _PAINTERS[issue](scene, waybill, slip)
    return as_jpeg(scene.photograph(megapixels), f"{_NAMES[issue]}-{order_no}")


def paint_goods(goods: Goods, size: tuple[int, int], *, variant: int) -> Image.Image:
    """The small studio picture on a product card; photos of the same variant show the same thing."""
    scene = Scene(chance("goods", variant), scale=size[0] / WIDTH, variant=variant)
    scene.plane([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], (250, 250, 250), (226, 228, 232))
    if goods is Goods.MUG:
        paint_mug(scene)
    elif goods is Goods.SHIRT:
        paint_shirt(scene)
    else:
        paint_open_carton(scene, pieces=3)
    return scene.image.resize(size)


def paint_chat_photo(issue: Issue, size: tuple[int, int], *, variant: int, rng: random.Random) -> Image.Image:
    """A photo as it stands small within a chat."""
    scene = Scene(rng, scale=size[0] / WIDTH, variant=variant)
    sheet = paint_scribbles()
    _PAINTERS[issue](scene, sheet, sheet)
    return scene.image.resize(size)


def _paint_intact(scene: Scene, waybill: Image.Image, _slip: Image.Image) -> None:
    paint_room(scene, horizon=300)
    paint_carton(scene, corner=(446, 250), size=(340, 350), waybill=waybill)
    scene.origin = (-300, 76)
    paint_mug(scene)


def _paint_damaged(scene: Scene, _waybill: Image.Image, _slip: Image.Image) -> None:
    paint_room(scene, horizon=420)
    paint_mug(scene, is_broken=True)


def _paint_stained(scene: Scene, _waybill: Image.Image, _slip: Image.Image) -> None:
    paint_table(scene, horizon=0)
    paint_shirt(scene, is_stained=True)


def _paint_wrong_item(scene: Scene, _waybill: Image.Image, slip: Image.Image) -> None:
    paint_table(scene, horizon=0)
    paint_shirt(scene, is_other=True)
    lay_slip(scene, slip)


def _paint_missing_item(scene: Scene, _waybill: Image.Image, slip: Image.Image) -> None:
    paint_table(scene, horizon=0)
    paint_open_carton(scene, pieces=2)
    lay_slip(scene, slip)


def _paint_empty_box(scene: Scene, _waybill: Image.Image, slip: Image.Image) -> None:
    paint_table(scene, horizon=0)
    paint_open_carton(scene, pieces=0, places=0)
    lay_slip(scene, slip)


def _paint_crushed_parcel(scene: Scene, waybill: Image.Image, _slip: Image.Image) -> None:
    paint_room(scene, horizon=330)
    paint_carton(scene, corner=(230, 290), size=(400, 330), waybill=waybill, is_crushed=True)


_PAINTERS: dict[Issue, Callable[[Scene, Image.Image, Image.Image], None]] = {
    Issue.INTACT: _paint_intact,
    Issue.DAMAGED: _paint_damaged,
    Issue.STAINED: _paint_stained,
    Issue.WRONG_ITEM: _paint_wrong_item,
    Issue.MISSING_ITEM: _paint_missing_item,
    Issue.EMPTY_BOX: _paint_empty_box,
    Issue.CRUSHED_PARCEL: _paint_crushed_parcel,
}
