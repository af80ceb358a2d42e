"""Do what a repeated call asks for once, and give its first answer again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Conflict, Unprocessable
from aftersales.models import IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aftersales.models import ApiToken

KEPT = timedelta(hours=24)
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is JSON."""

    status: int
    body: Any
    is_repeated: bool = False


@transaction.atomic
def answer_once(*, token: ApiToken, key: str, request_hash: str, now: datetime, act: Callable[[], Answer]) -> Answer:
    """Act, or give the answer again that this token got for this key within the last day.

    The key and what was done are one transaction, and the unique constraint decides a race: a second call waits for
    the first. A call that failed changed nothing, and its key is free again.
    Raises `Unprocessable` where the key came with another request, and what `act` raises.
    """
    if len(key) > LONGEST_KEY:
        message = _("An Idempotency-Key has at most 100 characters.")
        raise Unprocessable(message, code="idempotency_key_too_long", fields={"Idempotency-Key": message})
    IdempotencyKey.objects.filter(token=token, created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            kept = IdempotencyKey.objects.create(token=token, key=key, request_hash=request_hash, created_at=now)
    except IntegrityError:
        return _earlier_answer(token, key, request_hash)
    answer = act()
    kept.status, kept.answer = answer.status, answer.body
    kept.save(update_fields=["status", "answer"])
    return answer


def _earlier_answer(token: ApiToken, key: str, request_hash: str) -> Answer:
    kept = IdempotencyKey.objects.filter(token=token, key=key).first()
    if kept is None or kept.status is None:
        raise Conflict(_("The same call is still being answered: try again."), code="idempotency_key_busy")
    if kept.request_hash != request_hash:
        message = _("This Idempotency-Key was used for another call.")
        raise Unprocessable(message, code="idempotency_key_reused", fields={"Idempotency-Key": message})
    return Answer(kept.status, kept.answer, is_repeated=True)
