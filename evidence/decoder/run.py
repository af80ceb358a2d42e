"""The decoder's processes (see decoding.py): a server that has loaded the decoders, and a fork of it for each file.

A file's process reads one JSON object from its socket and writes three parts: its process id on a line, one line of
JSON, then the bytes of a picture if one was asked for. It is gone afterwards, and the server never sees the file.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import socket
import sys
import traceback

import pillow_heif  # noqa: F401 - loaded once, for all files

from evidence.decoder import documents, edits, films, pictures
from evidence.decoder.request import Facts, Refused, Request, Task

IDLE_SECONDS = 60
# Half of what a worker has: what falls over there has fallen over here before.
STACK_BYTES = 4 << 20
TASKS: dict[tuple[str, str], Task] = {
    ("image", "check"): pictures.check,
    ("image", "preview"): pictures.preview,
    ("image", "whole"): edits.whole,
    ("image", "derive"): edits.derive,
    ("pdf", "check"): documents.check,
    ("pdf", "preview"): documents.preview,
    ("video", "check"): films.check,
    ("video", "preview"): films.preview,
}


def serve() -> None:
    """Forks for every socket that arrives on standard input; ends with its caller, or when nothing was to do."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    control = socket.socket(fileno=0)
    control.settimeout(IDLE_SECONDS)
    while True:
        try:
            message, sent, _flags, _address = socket.recv_fds(control, 1, 1)
        except TimeoutError:
            return
        if not message:
            return
        if os.fork() == 0:
            control.detach()
            handle(socket.socket(fileno=sent[0]))
            os._exit(0)
        os.close(sent[0])


def handle(connection: socket.socket) -> None:
    """One file, from the question to the answer."""
    connection.sendall(f"{os.getpid()}\n".encode())
    with connection.makefile("rb") as question:
        request = Request(**json.loads(question.read()))
    sys.stderr = io.StringIO()
    confine(request)
    try:
        facts, data = answer(request)
    except Exception:  # noqa: BLE001 - told to the caller, whose process it is to fail
        facts, data = {"failed": traceback.format_exc()}, b""
    connection.sendall(json.dumps({**facts, "complaint": sys.stderr.getvalue()}).encode() + b"\n" + data)


def confine(request: Request) -> None:
    """No files, no core dumps, bounded memory and processor time, from here to the end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_STACK, (STACK_BYTES, STACK_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (request.max_seconds, request.max_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (request.max_memory, request.max_memory))


def answer(request: Request) -> tuple[Facts, bytes]:
    task = TASKS[request.kind, request.task]
    try:
        return task(request)
    except Refused as refusal:
        return {"refused": str(refusal)}, b""
    except MemoryError:
        return {"refused": "complex"}, b""
