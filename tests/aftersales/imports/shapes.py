"""Small files for the import tests, written as platforms and spreadsheets write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xlsxwriter

SAMPLES = Path(__file__).parents[2] / "samples"

DOUYIN = {
    "售后单号": "\t7562128926407739087",
    "订单号": "\t6479439308506052813",
    "商品名称": "牛仔短裤",
    "应付金额（元）": "¥1,219.99",
    "商品发货状态": "已发货",
    "售后类型": "退货退款",
    "退商品金额（元）": "19",
    "售后状态": "待商家处理",
    "售后申请时间": "2024-01-14 12:09:31",
    "售后原因": "质量问题",
    "自动处理截止时间": "2024-01-16 12:09:31",
    "同意售后申请时间": "",
    "用户到账时间": "",
    "商家退款时间": "",
    "退货发货时间": "",
    "售后完结时间": "",
    "是否极速退款": "否",
    "仲裁状态": "",
}
PDD_LIST = {
    "id": "15669211132",
    "order_sn": "220721-778901734533415",
    "after_sales_type": 2,
    "after_sales_status": 10,
    "after_sale_reason": "不想要了",
    "created_time": 1658397385,
    "order_amount": "19.99",
    "refund_amount": "19",
    "quantity": 1,
    "updated_time": "2022-07-21 17:56:40",
    "tracking_number": "",
    "shipping_status": 0,
    "goods_name": "牛仔短裤",
}
PDD_DETAIL = {
    "id": 15669211132,
    "order_sn": "220721-778901734533415",
    "after_sales_type": 1,
    "after_sales_status": 2,
    "after_sales_reason": "质量问题",
    "recreated_at": "2022-07-21 17:56:40",
    "expire_time": "2022-07-23 17:56:40",
    "refund_amount": 19,
    "shipping_status": 1,
}
DOUYIN_API: dict[str, Any] = {
    "aftersale_info": {
        "aftersale_id": "146701382803677771",
        "aftersale_type": 1,
        "aftersale_status": 6,
        "apply_time": 1731986326,
        "update_time": 1731986645,
        "status_deadline": 1732159126,
        "refund_amount": 1999,
        "arbitrate_status": 0,
        "aftersale_status_to_final_time": 0,
    },
    "order_info": {
        "shop_order_id": "6936476692437472563",
        "related_order_info": [{"product_name": "台灯", "pay_amount": 2999}],
    },
    "text_part": {"reason_text": "不想要了"},
}
TAOBAO = {
    "refund_id": "246831159075593713",
    "tid": "3749509607900765132",
    "status": "WAIT_SELLER_AGREE",
    "dispute_type": "REFUND",
    "refund_fee": "50.00",
    "total_fee": "99.00",
    "created": "2024-03-01 20:41:03",
    "modified": "2024-03-01 20:42:00",
    "good_status": "BUYER_NOT_RECEIVED",
    "order_status": "WAIT_SELLER_SEND_GOODS",
    "cs_status": "1",
    "refund_remind_timeout": {"exist_timeout": True, "timeout": "2024-03-03 20:41:03"},
}
KUAISHOU = {
    "refundId": 2213400082731234,
    "oid": 2213400082739876,
    "refundFee": 1999,
    "status": 10,
    "handlingWay": 10,
    "negotiateStatus": 1,
    "submitTime": 1719812345678,
    "updateTime": 1719812399000,
    "expireTime": 1719985145678,
    "refundReasonDesc": "不想要了",
}
TIKTOK = {
    "return_id": "576685435687506558",
    "order_id": "576685435687500000",
    "return_type": "RETURN_AND_REFUND",
    "return_status": "RETURN_OR_REFUND_REQUEST_PENDING",
    "create_time": 1690451136,
    "update_time": 1690451200,
    "refund_amount": {"currency": "USD", "refund_total": "12.50"},
    "return_line_items": [{"product_name": "Lamp", "seller_sku": "L-1"}],
    "seller_next_action_response": [{"action": "SELLER_RESPOND_RETURN", "deadline": 1690554680}],
}
TIKTOK_EXPORT = {
    "Return Order ID": "576685435687506558",
    "Order ID": "576685435687500000",
    "Return Type": "RETURN_AND_REFUND",
    "Return Status": "AWAITING_BUYER_SHIP",
    "Return Sub Status": "",
    "Time Requested": "2024-05-01 10:00:00",
}
TMALL = {
    "订单编号": "3749509607900765132",
    "退款编号": "246831159075593713",
    "买家退款金额": "499",
    "是否需要退货": "否",
    "退款的申请时间": "2024-03-01 20:41:03",
    "超时时间": "",
    "退款状态": "退款成功",
    "货物状态": "买家未收到货",
    "发货物流信息": "",
    "售中或售后": "售中",
    "完结时间": "2024-03-01 20:41:04",
    "举证超时": "",
}
RECORDS: dict[str, dict[str, Any]] = {
    "douyin_aftersale_list": DOUYIN_API,
    "douyin_aftersales_export": DOUYIN,
    "kuaishou_refund_list": KUAISHOU,
    "pinduoduo_refund_detail": PDD_DETAIL,
    "pinduoduo_refund_list": PDD_LIST,
    "taobao_refund": TAOBAO,
    "tiktok_return": TIKTOK,
    "tiktok_returns_export": TIKTOK_EXPORT,
    "tmall_refunds_export": TMALL,
}
# The columns of a shape's status, and of the last time that its rows tell.
_STATUS = {
    "douyin_aftersale_list": ("aftersale_status", "update_time"),
    "douyin_aftersales_export": ("售后状态", "售后完结时间"),
    "kuaishou_refund_list": ("status", "updateTime"),
    "pinduoduo_refund_detail": ("after_sales_status", "updated_time"),
    "pinduoduo_refund_list": ("after_sales_status", "updated_time"),
    "taobao_refund": ("status", "modified"),
    "tiktok_return": ("return_status", "update_time"),
    "tmall_refunds_export": ("退款状态", "完结时间"),
}


def record_of(shape: str, *, status: Any, updated: str, **changes: Any) -> dict[str, Any]:
    """A shape's record in a status, told last at a time after every request here."""
    status_column, time_column = _STATUS[shape]
    changed = {**changes, status_column: status, time_column: updated}
    if shape == "douyin_aftersale_list":
        return {**DOUYIN_API, "aftersale_info": {**DOUYIN_API["aftersale_info"], **changed}}
    return {**RECORDS[shape], **changed}


def write_bytes(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def csv_text(*records: dict[str, Any], delimiter: str = ",") -> str:
    lines = [list(records[0])] + [[str(value) for value in record.values()] for record in records]
    return "".join(
        delimiter.join(f'"{cell}"' if any(mark in cell for mark in '",;\t\n') else cell for cell in line) + "\r\n"
        for line in lines
    )


def write_csv(folder: Path, *records: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    return write_bytes(folder, "export.csv", csv_text(*records, delimiter=delimiter).encode(encoding))


def write_json(folder: Path, document: Any, name: str = "answer.json") -> Path:
    return write_bytes(folder, name, json.dumps(document, ensure_ascii=False, indent=1).encode())


def write_jsonl(folder: Path, *lines: str) -> Path:
    return write_bytes(folder, "records.jsonl", "\n".join(lines).encode())


def write_xlsx(folder: Path, *sheets: list[Any]) -> Path:
    path = folder / "export.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if hasattr(cell, "isoformat"):
                        sheet.write_datetime(number, column, cell, stamp)
                    else:
                        sheet.write(number, column, cell)
    return path
