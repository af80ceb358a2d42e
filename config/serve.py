"""Runs web and worker together, says when the desk answers, and stops both when one of them or their caller stops."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
ANSWER_SECONDS = 60
STOP_SECONDS = 10

PROCESSES = {
    "web": [
        *("-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{PORT}", "--worker-class", "gthread"),
        *("--threads", "8", "--timeout", "120", "--log-level", "warning"),
    ],
    "worker": ["manage.py", "qcluster"],
}


def start() -> dict[str, subprocess.Popen[bytes]]:
    """Each in a session of its own: Ctrl-C reaches this process only, which stops them in order."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return {
        name: subprocess.Popen([sys.executable, *arguments], env=environment, start_new_session=True)
        for name, arguments in PROCESSES.items()
    }


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Asks the two main processes only: a worker whose children got the signal as well would wait for ever."""
    for process in processes.values():
        process.terminate()
    give_up_at = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def answers() -> bool:
    """Any answer below 500 shows that the application has loaded."""
    host = "127.0.0.1" if HOST == "0.0.0.0" else HOST  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, PORT, timeout=5)
    try:
        connection.request("GET", "/api/v1/health", headers={"Host": "localhost"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def announcement() -> str:
    """Where the desk is, who can log in, how to stop it."""
    lines = [f"Aftersales Desk: http://{'localhost' if HOST == '127.0.0.1' else HOST}:{PORT}/"]
    lines += [f"  log in as {login}" for login in os.environ.get("DEMO_LOGINS", "").splitlines()]
    lines += ["Ctrl-C stops it."]
    return "\n".join(["", *(f"  {line}" for line in lines), ""])


def watch(processes: dict[str, subprocess.Popen[bytes]], stopping: threading.Event) -> int:
    """Announces the desk once it answers; returns when it is to stop, with the status to leave with."""
    caller = os.getppid()
    give_up_at: float | None = time.monotonic() + ANSWER_SECONDS
    while not stopping.wait(0.2):
        if os.getppid() != caller:  # a make that was killed cannot pass the signal on
            return 0
        for name, process in processes.items():
            if process.poll() is not None:
                print(f"error: {name} has stopped, see above", file=sys.stderr, flush=True)
                return 1
        if give_up_at is not None and answers():
            print(announcement(), flush=True)
            give_up_at = None
        if give_up_at is not None and time.monotonic() > give_up_at:
            print(f"error: no answer on {HOST}:{PORT}, see above", file=sys.stderr, flush=True)
            return 1
    return 0


def main() -> int:
    """Returns 1 when something stopped by itself or never answered."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup ignores SIGHUP, so that the desk outlives the terminal. Ctrl-C must work in the background too.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _signal, _frame: stopping.set())
    processes = start()
    try:
        return watch(processes, stopping)
    finally:
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
