"""What a person has seen needs no bell any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.models import Notification

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import ApiToken, Case, User


def see_case(*, case: Case, by: User, now: datetime) -> None:
    """Whoever opens a case has seen what they were told of it."""
    Notification.objects.filter(person=by, case=case).unseen().update(seen_at=now)


def see_all(
    *,
    by: User,
    now: datetime,
    token: ApiToken | None = None,
    up_to: int | None = None,
    only: Sequence[int] | None = None,
) -> int:
    """Mark a person's notifications as seen: all, those up to the last that they were shown, or the named ones."""
    mine = Notification.objects.of(by, token).unseen()
    if up_to is not None:
        mine = mine.filter(pk__lte=up_to)
    if only is not None:
        mine = mine.filter(pk__in=only)
    return mine.update(seen_at=now)
