"""Give out keys to the API, and note their use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotAllowed
from aftersales.models import ApiToken
from aftersales.permissions import check_shop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import Shop, User

SHOWN = 10  # as many characters of a key as tell tokens apart and give nothing away
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, user: User, now: datetime, shops: Sequence[Shop] = (), is_read_only: bool = False
) -> tuple[ApiToken, str]:
    """A new token and its key, which is kept nowhere. Without shops it covers all of its person's.

    Raises `NotAllowed` for a closed account or a shop that the person does not work for.
    """
    if not user.is_active:
        raise NotAllowed(_("This account is closed."))
    for shop in shops:
        check_shop(user, shop)
    key = ApiToken.new_key()
    token = ApiToken.objects.create(
        user=user, key_hash=ApiToken.hash_of(key), hint=key[:SHOWN], is_read_only=is_read_only, created_at=now
    )
    token.shops.set(shops)
    return token, key


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Remember when a token was last used, at most once a minute: a read should not cost a write."""
    long_ago = now - NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > long_ago:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=long_ago)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
