"""Runs web and worker together, says when the desk answers, and stops both when any of them or their caller stops."""

import http.client
import os
import shlex
import signal
import sys
import threading
import time

from honcho.manager import Manager

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
GIVE_UP_SECONDS = 60

PROCESSES = {
    "web": [
        *("-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{PORT}", "--worker-class", "gthread"),
        *("--threads", "8", "--timeout", "120", "--log-level", "warning"),
    ],
    "worker": ["manage.py", "qcluster"],
}


def answers() -> bool:
    """Any answer below 500 shows that the application has loaded."""
    connection = http.client.HTTPConnection("127.0.0.1" if HOST == "0.0.0.0" else HOST, PORT, timeout=5)  # noqa: S104 - compared, not bound
    try:
        connection.request("GET", "/api/v1/health", headers={"Host": "localhost"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def announce() -> None:
    """Prints address and demo logins once the server answers."""
    give_up_at = time.monotonic() + GIVE_UP_SECONDS
    while True:
        time.sleep(0.2)
        if answers():
            break
        if time.monotonic() > give_up_at:
            print(f"The desk does not answer on {HOST}:{PORT}; see the messages above.", flush=True)
            return
    print(f"\n  Aftersales Desk: http://{'localhost' if HOST == '127.0.0.1' else HOST}:{PORT}/", flush=True)
    print("  Ctrl-C stops it.\n", flush=True)


def stop_without_caller(caller: int) -> None:
    """A make that was killed cannot pass the signal on; without this, web and worker would live on."""
    while os.getppid() == caller:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Returns the status of the process that stopped first."""
    manager = Manager()
    for name, arguments in PROCESSES.items():
        manager.add_process(
            name, f"exec {shlex.join([sys.executable, *arguments])}", env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup keeps the desk alive without a terminal
        signal.signal(signal.SIGHUP, lambda _signal, _frame: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=announce, daemon=True).start()
    threading.Thread(target=stop_without_caller, args=[os.getppid()], daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
