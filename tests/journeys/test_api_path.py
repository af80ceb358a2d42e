"""The whole way by the API alone: a file of cases, a case worked to its refund, proof, an appeal and its packet."""

import hashlib
import json
import subprocess
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pypdfium2

from tests.aftersales.imports.shapes import SAMPLES
from tests.desk import Desk
from tests.journeys.api_caller import Answer, Caller, check_refused
from tests.samples import files, pdf_files

HOME, LIFE = "demo-home", "demo-life"
STATEMENT = "买家退回的是空包裹，快递称重 0.1 公斤，与发货重量不符。请判商家无责并退还货款。"


def answered(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer.content.decode()
    return dict(answer.json())


def by_name(rows: list[dict[str, Any]], key: str = "name") -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def check_imports(agent: Caller) -> None:
    """A file is taken in by the worker; the same file again changes nothing; a file of elsewhere is refused."""
    sample = SAMPLES / "pinduoduo_refund_list.jsonl"
    for created, unchanged in ((399, 0), (0, 399)):
        started = answered(agent.upload("imports", sample, shop=HOME), 202)
        report = agent.wait_for(f"imports/{started['id']}")
        assert (report["state"], report["rows_done"], report["percent"]) == ("done", 400, 100), report
        assert (report["created"], report["updated"], report["unchanged"]) == (created, 0, unchanged)
        (reject,) = report["rejects"]
        assert (reject["row"], reject["field"], reject["code"]) == (1, "id", "placeholder_id")
        assert reject["message"]
    elsewhere = SAMPLES / "douyin_aftersales_export.csv"
    check_refused(agent.upload("imports", elsewhere, shop=HOME), 422, "import_wrong_shop")
    check_refused(agent.upload("imports", sample, shop=LIFE), 404, "shop_not_found")
    found = answered(agent.get("cases", shop=HOME, q="220721-778901734533415"))["items"]
    assert [(case["platform_case_no"], case["state"], case["refund_amount"]) for case in found] == [
        ("15669211132", "refunded", "19.00")
    ]


def check_queue(agent: Caller) -> None:
    """The most urgent first, page by page, no case twice."""
    refs: list[str] = []
    dues: list[datetime] = []
    cursor = ""
    while True:
        page = answered(agent.get("cases", queue="all", limit=7, cursor=cursor))
        refs += [case["ref"] for case in page["items"]]
        ends = [case["task_at"] or case["next_due_at"] for case in page["items"]]
        dues += [datetime.fromisoformat(end) for end in ends if end]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(refs) == len(set(refs)) > 14
    assert dues == sorted(dues)


def open_a_case(agent: Caller, now: datetime) -> dict[str, Any]:
    """The same key gives the same case; another call may not use it."""
    told = {
        "shop": HOME,
        "platform_case_no": "77001",
        "order_no": "261122-770010000000001",
        "kind": "return_dispute",
        "issue": "return_mismatch",
        "requested_at": (now - timedelta(hours=30)).isoformat(),
        "reason": "商品与描述不符",
        "product": "实木书桌 120 厘米",
        "buyer": "张小明",
        "refund_amount": "459.00",
        "order_amount": "459.00",
    }
    first = answered(agent.send("cases", told, key="case-77001"), 201)
    assert answered(agent.send("cases", told, key="case-77001"), 201) == first
    check_refused(agent.send("cases", told | {"reason": "其他"}, key="case-77001"), 422, "idempotency_key_reused")
    check_refused(agent.send("cases", told), 409, "case_exists")
    fields = check_refused(agent.send("cases", told | {"refund_amount": "很多"}), 422, "unprocessable")
    assert set(fields) == {"refund_amount"}
    assert first["buyer_masked"] != "张小明"
    case = answered(agent.get(f"cases/{HOME}:77001"))
    assert case["ref"] == first["ref"]
    assert {row["due_source"] for row in case["deadlines"]} <= {"computed", "platform"}
    assert all(row["started_because"] and row["rule_numbers"] for row in case["deadlines"])
    return case


def work_the_case(agent: Caller, case: dict[str, Any], now: datetime, folder: Path) -> dict[str, Any]:
    """Blocked until the buyer was contacted and the proof is there; then refunded."""
    address = f"cases/{case['ref']}"

    def take(name: str, version: int, hours_ago: float, **data: Any) -> Answer:
        at = (now - timedelta(hours=hours_ago)).isoformat()
        return agent.send(f"{address}/transitions", {"name": name, "version": version, "at": at, "data": data})

    blocked = by_name(case["transitions"])["reject"]
    assert (blocked["is_allowed"], blocked["code"]) == (False, "buyer_not_contacted")
    assert blocked["reason"]
    reason = {"reason": "退回商品与发货不符"}
    check_refused(take("reject", case["version"], 20, **reason), 409, "buyer_not_contacted")
    check_refused(take("confirm_refund", case["version"], 20), 409, "illegal_transition")
    check_refused(take("teleport", case["version"], 20), 404, "unknown_transition")

    contacted = {
        "type": "buyer.contacted",
        "at": (now - timedelta(hours=20)).isoformat(),
        "data": {"note": "已电话联系"},
    }
    told = answered(agent.send(f"{address}/events", contacted), 201)
    check_refused(take("reject", case["version"], 19, **reason), 409, "stale_version")
    check_refused(take("reject", told["version"], 19, **reason), 409, "proof_missing")

    photo = answered(agent.upload(f"{address}/evidence", files.heic(folder), slot="goods_photo"), 201)
    assert (photo["media_type"], photo["warnings"]) == ("image/heic", [])
    letter = pdf_files.letter(folder, pages=2)
    unseen = agent.upload(f"{address}/evidence", letter, slot="red_stamp")
    check_refused(unseen, 422, "not_confirmed")
    asked = next(slot for slot in answered(agent.get(address))["slots"] if slot["code"] == "red_stamp")
    seen = {"caption": "网点证明", "confirmed": [point["code"] for point in asked["checklist"]]}
    stamped = agent.upload(f"{address}/evidence", letter, slot="red_stamp", fields=json.dumps(seen))
    assert (answered(stamped, 201)["pages"], stamped.json()["caption"]) == (2, "网点证明")
    script = files.refused_type(folder, "script")
    check_refused(agent.upload(f"{address}/evidence", script, slot="goods_photo"), 415, "file_type_refused")
    kept = agent.call("GET", f"evidence/{photo['id']}/file")
    assert hashlib.sha256(kept.content).hexdigest() == photo["sha256"]

    case = answered(agent.get(address))
    assert by_name(case["transitions"])["reject"]["is_allowed"]
    assert by_name(case["slots"], "code")["goods_photo"]["filled"] == 1
    agreed = answered(take("agree_refund", case["version"], 3, amount="459.00"))
    assert agreed["state"] == "refunding"
    refunded = answered(take("confirm_refund", agreed["version"], 2))
    assert (refunded["state"], refunded["appeal_until"] is not None) == ("refunded", True)
    kinds = [event["type"] for event in answered(agent.get(f"{address}/timeline", limit=200))["items"]]
    assert kinds[0] == "refund.requested"
    assert {"buyer.contacted", "evidence.added", "refund.agreed", "refund.succeeded"} <= set(kinds)
    return refunded


def appeal(agent: Caller, case: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A draft says what is missing; it can be handed in once nothing is."""
    opened = answered(agent.send("appeals", {"type": "rights", "cases": [case["ref"]]}), 201)
    check_refused(agent.send("appeals", {"type": "rights", "cases": [case["ref"]]}), 409, "appeal_exists")
    assert opened["window"]["state"] == "open"
    closes = datetime.fromisoformat(opened["closes_at"])
    assert closes - datetime.fromisoformat(opened["opens_at"]) == timedelta(hours=48)
    assert abs(closes - now - timedelta(hours=46)) < timedelta(minutes=1)
    missing = {check["code"] for check in opened["readiness"] if not check["ok"] and not check["is_warning"]}
    assert missing == {"ground", "statement", "packet"}
    fields = check_refused(agent.send(f"appeals/{opened['id']}/submit", {}), 409, "not_ready")
    assert set(fields) == missing

    change = {
        "version": opened["version"],
        "ground": "empty_or_missing",
        "statement": STATEMENT,
        "items": [{"kind": "liability"}, {"kind": "payment", "amount": "459.00"}],
    }
    address = f"appeals/{opened['id']}"
    patched = answered(agent.send(address, change, method="PATCH"))
    assert (patched["money"], patched["statement"]) == ("459.00", STATEMENT)
    late = change | {"statement": "另一位同事写的"}
    check_refused(agent.send(address, late, method="PATCH"), 409, "stale_version")
    return patched


def packet_and_submit(agent: Caller, draft: dict[str, Any], folder: Path) -> None:
    """The worker builds the file; once handed in, nothing changes any more."""
    asked = answered(agent.send(f"appeals/{draft['id']}/packets", {"profile": "pdf"}), 202)
    check_refused(agent.get(f"packets/{draft['id']}"), 404, "packet_not_found")
    packet = agent.wait_for(f"packets/{asked['id']}")
    assert (packet["state"], packet["percent"]) == ("done", 100), packet
    file = agent.call("GET", f"packets/{packet['id']}/file")
    assert file.headers["content-type"] == "application/pdf"
    assert (len(file.content), hashlib.sha256(file.content).hexdigest()) == (packet["byte_size"], packet["sha256"])
    path = folder / "packet.pdf"
    path.write_bytes(file.content)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document = pypdfium2.PdfDocument(path)
    assert len(document) == packet["pages"]
    words = "".join(document[0].get_textpage().get_text_range().split())
    document.close()
    assert STATEMENT.replace(" ", "") in words

    ready = answered(agent.get(f"appeals/{draft['id']}"))
    assert ready["is_ready"]
    submitted = answered(agent.send(f"appeals/{draft['id']}/submit", {"version": ready["version"]}))
    assert (submitted["state"], submitted["packet"]["sha256"]) == ("submitted", packet["sha256"])
    frozen = agent.send(f"appeals/{draft['id']}", {"statement": "再改一下"}, method="PATCH")
    check_refused(frozen, 409, "appeal_frozen")
    listed = answered(agent.get("appeals", state="submitted", case=submitted["case"]))["items"]
    assert [one["number"] for one in listed] == [submitted["number"]]


def check_tokens(desk: Desk, agent: Caller, case: dict[str, Any]) -> None:
    """No token, a wrong one, one for reading, one of another shop."""
    check_refused(Caller(desk.url).get("cases"), 401, "unauthenticated")
    check_refused(Caller(desk.url, "desk_wrong").get("cases"), 401, "unauthenticated")
    reader = Caller(desk.url, desk.manage("create_api_token", "agent3", "--read-only"))
    check_refused(reader.get(f"cases/{case['ref']}"), 404, "case_not_found")
    seen = answered(reader.get("cases", queue="all", limit=200))["items"]
    assert {one["shop"] for one in seen} <= {LIFE, "demo-wear", "demo-globe"}
    note = {"type": "case.noted", "at": case["requested_at"], "data": {"note": "…"}}
    check_refused(reader.send(f"cases/{seen[0]['ref']}/events", note), 403, "read_only")
    check_refused(agent.call("POST", "cases", b"{", **{"Content-Type": "application/json"}), 400, "bad_request")
    check_refused(agent.get("nothing"), 404, "not_found")


def test_api_takes_a_case_from_import_to_a_submitted_appeal(desk, tmp_path):
    agent = Caller(desk.url, desk.manage("create_api_token", "agent"))
    now = parsedate_to_datetime(agent.get("health").headers["date"])  # the desk's own clock
    check_imports(agent)
    check_queue(agent)
    case = open_a_case(agent, now)
    refunded = work_the_case(agent, case, now, tmp_path)
    draft = appeal(agent, refunded, now)
    packet_and_submit(agent, draft, tmp_path)
    check_tokens(desk, agent, case)
    agent.wait_for("health", ("ok",), what="status")  # the scheduled sweep has run
