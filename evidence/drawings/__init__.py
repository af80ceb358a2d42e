"""Invented evidence for demo data: pictures that look like proof and say that they are none.

Pure: no database, no clock. Equal arguments give equal bytes on one machine (its fonts decide the shapes).
"""

from evidence.drawings.chat_scripts import ChatLine, Speaker, Topic
from evidence.drawings.chats import Product, draw_agreement_chat, draw_chat
from evidence.drawings.drawing import Drawing
from evidence.drawings.fonts import FontMissing
from evidence.drawings.goods import Goods, Issue, draw_product_photo
from evidence.drawings.letters import draw_red_stamp_letter
from evidence.drawings.placeholders import draw_placeholder
from evidence.drawings.scales import PHONE_MEGAPIXELS, SCREEN_MEGAPIXELS, draw_scale_photo
from evidence.drawings.tracking import ParcelState, TrackingEvent, draw_intercept_failed, draw_tracking

__all__ = [
    "PHONE_MEGAPIXELS",
    "SCREEN_MEGAPIXELS",
    "ChatLine",
    "Drawing",
    "FontMissing",
    "Goods",
    "Issue",
    "ParcelState",
    "Product",
    "Speaker",
    "Topic",
    "TrackingEvent",
    "draw_agreement_chat",
    "draw_chat",
    "draw_intercept_failed",
    "draw_placeholder",
    "draw_product_photo",
    "draw_red_stamp_letter",
    "draw_scale_photo",
    "draw_tracking",
]
