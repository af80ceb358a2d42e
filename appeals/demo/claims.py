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

_ABNORMAL_SAYS = "该买家两小时内用同一收货地址拍下多单并陆续申请退款，疑似批量下单后退款。附买家订单记录，请平台核实。"
_MALICIOUS_SAYS = "买家在多个订单中以差评要挟赔付，金额逐次提高，均有聊天记录。请平台核实恶意下单并解除对本店的处罚。"
_SERVED_SAYS = "买家咨询后五分钟内已由人工回复并给出处理方案，当日完成退款。附完整聊天记录，请平台核实。"

ABNORMAL: Path = (appeal("open", 0.5, type="abnormal_order", ground="mass_orders", statement=_ABNORMAL_SAYS),)
COMPLAINT: Path = (
    appeal("open", 0.5, type="malicious_order", ground="extortion", statement=_MALICIOUS_SAYS, further=3),
)
COMPLAINT_WON: Path = (
    appeal("open", 2, type="malicious_order", ground="extortion", statement=_MALICIOUS_SAYS),
    appeal("build", 0.2),
    appeal("submit", 0.2),
    appeal("decide", 40, outcome="won"),
)
# Lost, and looked at once more: the new proof is still to come.
RECONSIDERED: Path = (
    appeal("open", 2, type="negative_experience", ground="service_given", statement=_SERVED_SAYS),
    appeal("build", 0.2),
    appeal("submit", 0.2),
    appeal("decide", 30, outcome="lost"),
    appeal("reconsider", 2, ground="service_given", statement=_SERVED_SAYS),
)
