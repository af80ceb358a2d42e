"""What the invented shops sell. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appeals.demo.people import FRESH, HOME, LIFE, WEAR


@dataclass(frozen=True, slots=True)
class Product:
    """`goods` names the drawing that shows it (evidence.drawings.Goods), where there is one."""

    name: str
    skus: tuple[str, ...]
    price: Decimal
    weight_g: int
    goods: str = ""


def _product(name: str, price: str, weight_g: int, *skus: str, goods: str = "") -> Product:
    return Product(name, skus, Decimal(price), weight_g, goods)


MUG = _product("陶瓷马克杯 420ml 大容量", "39.90", 520, "米白 单只装", "雾蓝 单只装", goods="mug")
JARS = _product("玻璃密封罐 厨房收纳三件套", "59.80", 1286, "三只装", goods="jars")
FRYER = _product("可视空气炸锅 5.5L 家用大容量", "329.00", 5400, "奶油白", "曜石黑")
DESK = _product("实木儿童学习桌 可升降 1.2 米", "1180.00", 32000, "原木色 1.2 米", "原木色 1.0 米")
ROBOT = _product("智能扫拖一体机器人 自动集尘", "1899.00", 7900, "白色 标准版")
PILLOW = _product("记忆棉护颈枕 慢回弹", "89.00", 1100, "成人款 灰", "成人款 白")
SHIRT = _product("圆领短袖 T 恤 纯棉宽松", "79.00", 240, "白色 / L", "白色 / XL", "黑色 / L", goods="shirt")
DOWN = _product("轻薄羽绒服 90% 白鸭绒", "459.00", 620, "藏青 / M", "藏青 / L", "象牙白 / M", goods="shirt")
SKIRT = _product("高腰百褶半身裙", "119.00", 310, "卡其 / S", "卡其 / M", "黑色 / M", goods="shirt")
SHOES = _product("厚底休闲老爹鞋", "169.00", 980, "米色 / 37", "米色 / 38", "白色 / 40")
DATES = _product("新疆灰枣 5 斤家庭装", "49.90", 2600, "2.5kg 袋装")
PAN = _product("麦饭石不粘炒锅 32cm", "129.00", 2100, "带盖", "不带盖")
FLASK = _product("316 不锈钢保温杯 500ml", "69.00", 380, "珍珠白", "墨绿")
NUTS = _product("每日坚果混合礼盒 30 包", "99.00", 900, "礼盒装")
EARPHONES = _product("真无线降噪蓝牙耳机", "199.00", 120, "云白", "夜黑")
TABLET = _product("学习平板 11 英寸 护眼屏", "1599.00", 780, "8+128G 深空灰", "8+256G 深空灰")
MASSAGER = _product("迷你筋膜枪 静音便携", "239.00", 650, "灰色")
FACE_WASH = _product("氨基酸洁面乳 120g×2", "78.00", 330, "两支装")

PRODUCTS: dict[str, tuple[Product, ...]] = {
    HOME.code: (MUG, JARS, FRYER, PILLOW, MUG, JARS, ROBOT, DESK),
    WEAR.code: (SHIRT, SHIRT, SKIRT, SHOES, DOWN),
    FRESH.code: (DATES, PAN, FLASK, NUTS),
    LIFE.code: (EARPHONES, MASSAGER, FACE_WASH, TABLET),
}
