"""What buyer and shop say where no script of the drawings fits any product. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from evidence.drawings import ChatLine, Speaker

# Who says what, and after how many minutes.
_QUALITY: tuple[tuple[Speaker, str, int], ...] = (
    (Speaker.BUYER, "收到用了一次就出问题了，质量太差，我要退款", 0),
    (Speaker.SHOP, "亲亲您好，给您带来不好的体验非常抱歉！方便拍一下具体问题的照片或视频吗？", 2),
    (Speaker.BUYER, "拍不清楚，反正就是不好用", 6),
    (Speaker.SHOP, "理解您的心情。看到问题部位我们才能核实，属实的话运费由我们承担，马上为您处理。", 2),
    (Speaker.BUYER, "不想折腾，直接退钱", 11),
    (Speaker.SHOP, "可以为您安排退货检测，来回运费我们出，检测属实全额退款，您看可以吗？", 3),
    (Speaker.BUYER, "不寄，太麻烦了", 4),
    (Speaker.NOTICE, "买家已申请平台介入", 9),
    (Speaker.SHOP, "好的，我们会配合平台核实并提交资料，也会继续为您跟进，请您放心。", 2),
)


def quality_talk(started_at: datetime) -> tuple[ChatLine, ...]:
    lines, moment = [], started_at
    for speaker, words, minutes in _QUALITY:
        moment += timedelta(minutes=minutes, seconds=17)
        lines.append(ChatLine(speaker, words, moment))
    return tuple(lines)
