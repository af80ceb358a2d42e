"""Asks the decoder's processes (decoder/run.py): one server for each process of ours, one fork of it for each file.

Loading the decoders takes ten times as long as decoding a screenshot, so it is done once.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
# -I: neither the environment nor the working folder can slip other code into the process.
SERVER = (
    sys.executable,
    "-I",
    "-c",
    f"import sys; sys.path.append({str(PROJECT)!r}); from evidence.decoder.run import serve; serve()",
)
START_SECONDS = 30
STOP_SECONDS = 5
PIECE = 1 << 20


class DecoderDied(Exception):
    """The file's process ended without an answer: the file crashed it, or it used up its memory or time."""


class NoServer(Exception):
    """The server was gone, having had nothing to do, or having been killed: another one can be asked."""


class Server:
    """A decoder's server process and the socket to it."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                SERVER, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )

    def open(self) -> socket.socket:
        """A connection to a new file's process. Raises `NoServer`."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.control, [b"f"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise NoServer from error
        return ours

    def stop(self) -> None:
        self.control.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Servers:
    """The server of this process, started when the first file comes and again when it has gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: Server | None = None

    def connection(self) -> socket.socket:
        with self.lock:
            self.current = self.current or Server()
            return self.current.open()

    def replace(self) -> None:
        with self.lock:
            if self.current and self.current.process.poll() is not None:
                self.current.stop()
                self.current = None

    def stop(self) -> None:
        with self.lock:
            if self.current:
                self.current.stop()
                self.current = None

    def forget(self) -> None:
        """A fork of this process shares neither the lock nor the server."""
        self.lock = threading.Lock()
        self.current = None


servers = Servers()
atexit.register(servers.stop)
os.register_at_fork(after_in_child=servers.forget)


def ask(question: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
    """The answer of a new process: its facts, and the bytes behind them. Raises `DecoderDied`, `TimeoutError`."""
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            with servers.connection() as connection:
                return _ask(connection, question, seconds)
        except NoServer:
            if time.monotonic() > give_up_at:
                raise DecoderDied from None
            servers.replace()


def _ask(connection: socket.socket, question: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
    try:
        connection.settimeout(START_SECONDS)
        connection.sendall(json.dumps(question).encode())
        connection.shutdown(socket.SHUT_WR)
        received = connection.recv(PIECE)
    except (BrokenPipeError, ConnectionResetError):
        raise NoServer from None
    if not received:
        raise NoServer
    give_up_at = time.monotonic() + seconds
    pieces = [received]
    try:
        while received:
            connection.settimeout(max(0.001, give_up_at - time.monotonic()))
            received = connection.recv(PIECE)
            pieces.append(received)
    except ConnectionResetError:
        raise DecoderDied from None
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(b"".join(pieces).partition(b"\n")[0]), signal.SIGKILL)
        raise
    _pid, _line, told = b"".join(pieces).partition(b"\n")
    head, line, data = told.partition(b"\n")
    if not line:
        raise DecoderDied
    return json.loads(head), data
