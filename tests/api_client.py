"""A program that calls the API with a token of its own."""

from typing import Any

from django.test import Client

from aftersales.models import Shop, User
from aftersales.services.tokens import create_token
from tests.instants import AT


class ApiClient:
    """Without a user it sends no token."""

    def __init__(
        self, user: User | None = None, *shops: Shop, is_read_only: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        self.headers = dict(headers or {})
        if user is not None:
            self.token, key = create_token(user=user, now=AT, shops=shops, is_read_only=is_read_only)
            self.headers["Authorization"] = f"Bearer {key}"
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers | headers
        )

    def upload(self, path: str, **form: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", form, headers=self.headers)
