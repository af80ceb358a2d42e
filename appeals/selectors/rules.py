"""Which rules an appeal stands under: those of the policy version that it was opened under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import PolicyRefused

if TYPE_CHECKING:
    from aftersales.models import Deadline
    from aftersales.policy import Pack
    from aftersales.policy_appeals import AppealRule
    from aftersales.selectors.policies import RuleBook
    from appeals.models import Appeal


def pack_of(ruled: Appeal | Deadline, book: RuleBook) -> Pack:
    """The pack under which an appeal, or a window, was opened."""
    version = next((version for version, pk in book.ids.items() if pk == ruled.policy_id), None)
    return next((pack for pack in book.history.packs if pack.version == version), book.newest)


def rule_of(appeal: Appeal, book: RuleBook) -> AppealRule:
    """Raises `PolicyRefused` where the loaded packs no longer know the appeal's type."""
    rule = pack_of(appeal, book).appeal_rule(appeal.type) or book.newest.appeal_rule(appeal.type)
    if rule is None:
        raise PolicyRefused(_("The loaded rules do not know this type of appeal."), code="unknown_appeal_type")
    return rule


def knows_type(book: RuleBook, type: str) -> bool:
    return any(pack.appeal_rule(type) for pack in book.history.packs)
