"""The decoder's process (see sandbox.py): decodes one untrusted file and prints what it found.

In: one JSON object on standard input. Out: one line of JSON, then the bytes of a preview if one was asked for.
"""

from __future__ import annotations

import json
import resource
import sys

from evidence.decoder.request import Facts, Refused, Request


def main() -> None:
    request = Request(**json.loads(sys.stdin.buffer.read()))
    confine(request)
    facts, data = answer(request)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + data)


def confine(request: Request) -> None:
    """No files, no core dumps, bounded memory and processor time, from here to the end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (request.max_seconds, request.max_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (request.max_memory, request.max_memory))


def answer(request: Request) -> tuple[Facts, bytes]:
    """Loads only the half that this file needs: half the time of a small file is loading."""
    if request.decoder:
        from evidence.decoder.pictures import check, preview  # noqa: PLC0415 - see above
    else:
        from evidence.decoder.documents import check, preview  # noqa: PLC0415 - see above
    try:
        return preview(request) if request.task == "preview" else check(request)
    except Refused as refusal:
        return {"refused": str(refusal)}, b""
    except MemoryError:
        return {"refused": "complex"}, b""
