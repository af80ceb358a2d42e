"""How the demo's appeals went. Pure."""

from __future__ import annotations

from typing import Any

from appeals.demo.story import Path, appeal

_SAYS = (
    "买家退回的商品有明显穿着痕迹和污渍，吊牌缺失，与发货时不符。附发货实拍、退回实拍、物流轨迹及完整沟通记录，"
    "请平台核实，判定本单非商家责任并返还货款。"
)
_RAPID_SAYS = "退款时商品已发出并显示签收，买家未退回商品。附快递官网轨迹，请平台核实并返还货款。"
_COURIER_SAYS = "我方在买家申请后立即通知快递拦截，因已派送拦截失败，附快递官网截图和红章证明，包裹至今未退回。"

_MISMATCH: dict[str, Any] = {"type": "rights", "ground": "other", "statement": _SAYS}
_QUALITY: dict[str, Any] = {"type": "rights", "ground": "weak_quality_proof", "statement": _SAYS}
FILED: Path = (appeal("open", 4, **_MISMATCH), appeal("build", 0.2), appeal("submit", 0.3))

STARTED: Path = (appeal("open", 30, type="rights", ground="empty_or_missing").exactly(30),)
PREPARED: Path = (appeal("open", 5, **_QUALITY).exactly(5), appeal("build", 1).exactly(1))
FILED_RAPID: Path = (
    appeal("open", 3, type="rapid_refund", ground="already_signed", statement=_RAPID_SAYS),
    appeal("build", 0.2),
    appeal("submit", 0.2),
)
WON: Path = (*FILED, appeal("decide", 60, liability="won", payment="won"))
PARTLY_WON: Path = (
    appeal("open", 3, type="rights", ground="other", statement=_COURIER_SAYS),
    appeal("build", 0.2),
    appeal("submit", 0.5),
    appeal("decide", 50, liability="lost", payment="won"),
)
LOST: Path = (*FILED, appeal("decide", 72, liability="lost", payment="lost"))
TAKEN_BACK: Path = (appeal("open", 4, **_MISMATCH), appeal("withdraw", 5, reason="已与买家协商一致，撤回申诉"))
EXPIRED: Path = (appeal("open", 30, type="rights", ground="other"),)
