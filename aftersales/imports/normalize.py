"""One raw row through its column map: a parsed case, or every reason why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.couriers import contradiction
from aftersales.enums import Kind
from aftersales.imports import facts
from aftersales.imports.cells import Cells
from aftersales.imports.countdowns import reported_deadlines, tells_deadlines
from aftersales.imports.rows import ParsedRow, RowError

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.imports.column_map import ColumnMap, FieldName, StatusRule
    from aftersales.imports.rows import RawRow


def normalize(row: RawRow, column_map: ColumnMap) -> ParsedRow | list[RowError]:
    """The case of one row; a list of errors when a needed field is absent, unreadable or a placeholder.

    Optional fields that cannot be read are left out with a warning. Unknown statuses and types are kept
    as unknown, never guessed: `state` is None then and a warning says so.
    """
    if row.error is not None:
        return [row.error]
    cells = Cells(row, column_map)
    case_no, order_no = cells.identifier("platform_case_no"), cells.identifier("order_no")
    status = cells.text("status")
    requested_at = cells.time("requested_at")
    if cells.errors or requested_at is None:
        return cells.errors
    return _parsed(cells, case_no, order_no, status, requested_at)


def _parsed(cells: Cells, case_no: str, order_no: str, status: str, requested_at: datetime) -> ParsedRow:
    kind, issue, is_type_known = _kind_of(cells)
    rule = _status_rule(cells)
    state = _state_of(cells, rule, kind, is_type_known=is_type_known)
    if _unknown_codes(cells) & _deciding(cells) and rule is not None and rule.party is not None:
        state = None  # what an unknown code changes of an open status is not guessed
    known_rule = rule if state is not None else None
    times = facts.Times(cells, requested_at)
    deadlines = reported_deadlines(cells, rule)
    refund_amount, order_amount = cells.money("refund_amount"), cells.money("order_amount")
    if refund_amount is not None and order_amount is not None and refund_amount > order_amount:
        cells.warn("refund_amount", "refund_above_order", _("The refund is more than the order amount in the file."))
    _check_currency(cells)
    _check_courier(cells, "return_tracking_no", "return_courier")
    _check_courier(cells, "outbound_tracking_no", "outbound_courier")
    return ParsedRow(
        number=cells.row.number,
        platform_case_no=case_no,
        order_no=order_no,
        kind=kind,
        state=state,
        platform_status=status,
        status_known=state is not None,
        product=cells.text("product"),
        sku=cells.text("sku"),
        quantity=cells.integer("quantity"),
        reason=cells.text("reason"),
        refund_amount=refund_amount,
        order_amount=order_amount,
        requested_at=requested_at,
        known_until=times.latest,
        updated_at=times.get("updated_at"),
        closed_at=times.get("closed_at") if rule is not None and rule.party is None else None,
        facts=facts.prove(cells, times, kind, known_rule, deadlines),
        return_courier=cells.text("return_courier"),
        return_tracking_no=cells.identifier("return_tracking_no"),
        outbound_courier=cells.text("outbound_courier"),
        outbound_tracking_no=cells.identifier("outbound_tracking_no"),
        buyer=cells.text("buyer"),
        issue=issue,
        deadlines=deadlines,
        tells_deadlines=rule is not None and tells_deadlines(cells),
        is_rapid=cells.flag("rapid"),
        warnings=_once(cells.warnings),
        raw=cells.row.values,
    )


def _kind_of(cells: Cells) -> tuple[str, str | None, bool]:
    """Kind, issue and whether the map knows this type; an unknown type takes the map's default with a warning."""
    rule = next((one for one in cells.column_map.kind if cells.matches(one.when)), None)
    if rule is None:
        message = _("Unknown after-sales type: the case is taken as a return dispute, please check.")
        cells.warn("type", "unknown_type", message)
        return cells.column_map.default_kind.value, None, False
    if rule.warn == "shipping_unknown":
        message = _("The file does not prove whether the goods were shipped: please check the kind.")
        cells.warn("shipped" if "shipped" in cells.column_map.field else "type", rule.warn, message)
    issue = rule.issue.value if rule.issue else None
    if issue is None and rule.kind == Kind.RETURN_DISPUTE:
        reason = cells.comparable("reason")
        issue = next((one.issue.value for one in cells.column_map.issue if reason in one.reasons), None)
    return rule.kind.value, issue, True


def _status_rule(cells: Cells) -> StatusRule | None:
    status = cells.comparable("status")
    rules = cells.column_map.status
    return next((rule for rule in rules if status in rule.values and cells.matches(rule.when)), None)


def _state_of(cells: Cells, rule: StatusRule | None, kind: str, *, is_type_known: bool) -> str | None:
    if rule is None:
        cells.warn("status", "unknown_status", _("Unknown platform status: kept as it is, the state was not guessed."))
        return None
    if not is_type_known and not rule.for_all_kinds:
        return None
    state = rule.state_for(kind)
    if state is None:
        message = _("This platform status does not belong to this kind of case: the state was not guessed.")
        cells.warn("status", "status_kind_mismatch", message)
    return state


def _unknown_codes(cells: Cells) -> set[FieldName]:
    """The fields whose code is not among those that the map knows, each with a warning."""
    unknown: set[FieldName] = set()
    for name, known in cells.column_map.codes.items():
        value = cells.comparable(name)
        if value and value not in known:
            cells.warn(name, "unknown_code", _("Unknown platform code: nothing was concluded from it."))
            unknown.add(name)
    return unknown


def _deciding(cells: Cells) -> set[FieldName]:
    """The fields that the state depends on besides the status of this row."""
    status = cells.comparable("status")
    rules = (rule for rule in cells.column_map.status if status in rule.values)
    return {name for rule in rules for name in rule.when}


def _check_currency(cells: Cells) -> None:
    currency = cells.text("currency")
    if currency and currency.upper() != cells.column_map.currency:
        cells.warn("currency", "foreign_currency", _("The amounts are not in yuan."))


def _check_courier(cells: Cells, number: FieldName, courier: FieldName) -> None:
    """A column of couriers that contradicts the number is kept, with a warning: shapes are a hint."""
    named = cells.text(courier)
    warning = contradiction(cells.identifier(number), named) if named else None
    if warning is not None:
        cells.warn(number, "courier_shape", warning)


def _once(warnings: list[RowError]) -> tuple[RowError, ...]:
    """A field that is read twice warns once."""
    return tuple({(warning.field, warning.code): warning for warning in warnings}.values())
