"""Every kind of demo drawing, made the way the tests and a look at them need it."""

from datetime import timedelta
from functools import partial

from evidence.drawings import (
    Issue,
    ParcelState,
    Topic,
    draw_agreement_chat,
    draw_chat,
    draw_intercept_failed,
    draw_placeholder,
    draw_product_photo,
    draw_red_stamp_letter,
    draw_scale_photo,
    draw_tracking,
)
from tests.instants import AT

ORDER_NO = "260302-123456789012345"
TRACKING_NO = "SL2026030200017"

_letter = partial(draw_red_stamp_letter, tracking_no=TRACKING_NO, recipient="张示例", sender="李示例", on=AT.date())

KINDS = {
    **{f"chat-{topic}": partial(draw_chat, order_no=ORDER_NO, started_at=AT, topic=topic) for topic in Topic},
    "chat-long": partial(draw_chat, order_no=ORDER_NO, started_at=AT, length=40),
    "agreement": partial(draw_agreement_chat, order_no=ORDER_NO, started_at=AT),
    **{
        f"tracking-{state}": partial(
            draw_tracking, courier="示例快递", tracking_no=TRACKING_NO, shipped_at=AT, state=state
        )
        for state in ParcelState
    },
    "intercept-failed": partial(
        draw_intercept_failed,
        courier="演示速运",
        tracking_no=TRACKING_NO,
        requested_at=AT,
        failed_at=AT + timedelta(hours=5),
    ),
    "scale": partial(draw_scale_photo, weight_g=1286, label=TRACKING_NO),
    "letter": _letter,
    "letter-pdf": partial(_letter, is_pdf=True),
    **{
        f"product-{issue}": partial(draw_product_photo, issue=issue, order_no=ORDER_NO, tracking_no=TRACKING_NO)
        for issue in Issue
    },
    "placeholder": partial(draw_placeholder, name="凭证"),
}
