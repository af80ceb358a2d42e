"""A program that calls a running desk over HTTP, as an ERP would: a socket, a token, JSON and multipart."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 120


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Caller:
    """Without a key it sends no token."""

    url: str
    key: str = ""

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        server = urlsplit(self.url)
        connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=SECONDS)
        token = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            connection.request(method, f"/api/v1/{path}", body, token | headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def send(self, path: str, body: Any, *, method: str = "POST", key: str = "") -> Answer:
        once = {"Idempotency-Key": key} if key else {}
        return self.call(method, path, json.dumps(body).encode(), **{"Content-Type": "application/json"}, **once)

    def upload(self, path: str, file: Path, *, name: str = "", **fields: str) -> Answer:
        mark = uuid.uuid4().hex
        parts = [part(mark, f'name="{field}"', value.encode()) for field, value in fields.items()]
        about = f'name="file"; filename="{name or file.name}"\r\nContent-Type: application/octet-stream'
        body = b"".join([*parts, part(mark, about, file.read_bytes()), f"--{mark}--\r\n".encode()])
        return self.call("POST", path, body, **{"Content-Type": f"multipart/form-data; boundary={mark}"})

    def wait_for(
        self, path: str, states: tuple[str, ...] = ("done", "failed"), *, what: str = "state"
    ) -> dict[str, Any]:
        """Asks until a job has ended, as the documentation says."""
        give_up_at = time.monotonic() + SECONDS
        while (told := self.get(path).json())[what] not in states:
            assert time.monotonic() < give_up_at, told
            time.sleep(0.25)
        return dict(told)


def part(mark: str, about: str, value: bytes) -> bytes:
    return f"--{mark}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + value + b"\r\n"


def check_refused(answer: Answer, status: int, error: str) -> dict[str, str]:
    """Every failure has one shape; gives its fields."""
    told = answer.json()
    assert (answer.status, told.get("error")) == (status, error), told
    assert set(told) == {"error", "message", "fields"}
    assert told["message"]
    assert answer.headers["content-type"].startswith("application/json")
    return dict(told["fields"])
