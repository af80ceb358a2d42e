"""Find the token that a program shows."""

from __future__ import annotations

from aftersales.models import ApiToken


def usable_token(key: str) -> ApiToken | None:
    """The token with this key, unless it was revoked or its person's account is closed."""
    tokens = ApiToken.objects.select_related("user")
    return tokens.filter(key_hash=ApiToken.hash_of(key), revoked_at__isnull=True, user__is_active=True).first()
