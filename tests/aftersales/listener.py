"""A web server on this machine that stands for a group robot: it notes what it is told and answers as asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Listener:
    """`address` is Apprise's; `heard` are the bodies of the calls."""

    address: str = ""
    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(listener.answer).encode()
            self.send_response(listener.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Writes nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    place = f"127.0.0.1:{server.server_port}"
    listener.address, listener.url = f"json://{place}/secret-hook", f"http://{place}/"
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
