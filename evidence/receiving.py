"""Take in a request's files: refuse what announces too much, and stream the rest to disk."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import UnreadablePostError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable
from evidence.errors import FileTooLarge
from evidence.limits import MEGA, Limits, readable_size

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest

ENVELOPE_BYTES = MEGA  # what a request adds to its file: boundaries, names, fields
DISCARDED_BYTES = 600 * MEGA
CHUNK_BYTES = 1 << 18
MOST_AT_ONCE = 9  # files of one form without script


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes every file to disk, however small: the checks need a path.

    Django's own handler puts the sent name's ending into the temporary file's name, and fails where it is too long.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = TemporaryUploadedFile("evidence", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name


def open_gate(request: HttpRequest, *, files: int = 1, kinds: Collection[str] = ("image", "pdf")) -> None:
    """Call before anything reads the body. Raises `FileTooLarge` by the length that the request announces.

    `kinds` are all that the case's slots take: which slot it is, and what file, only the body tells. One of several
    files may be as large as the largest kind allows.
    """
    limits = Limits()
    limit = max(limits.bytes_of(kind) for kind in kinds)
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limit + (files - 1) * limits.max_bytes + files * ENVELOPE_BYTES:
        message = format_lazy(
            _("The upload is too large: a file may have at most {limit}. Make it smaller or split it."),
            limit=readable_size(limit),
        )
        discard_body(request)
        raise FileTooLarge(message, fields={"file": message})
    request.upload_handlers = [DiskUploadHandler(request)]


def discard_body(request: HttpRequest) -> None:
    """Read the body to nowhere: most programs, browsers among them, hear the answer only once they have sent it all.

    What is far too large is cut off.
    """
    left = DISCARDED_BYTES
    with suppress(UnreadablePostError):  # whoever hung up hears no answer
        while left > 0 and (chunk := request.read(CHUNK_BYTES)):
            left -= len(chunk)


def received_files(request: HttpRequest, *, most: int = MOST_AT_ONCE) -> list[tuple[Path, str]]:
    """Where each `file` of the request lies, and the name it was sent with.

    Raises `Unprocessable` if there is none, or more than `most`.
    """
    files = request.FILES.getlist("file")
    if not 0 < len(files) <= most:
        message = format_lazy(_("Send at most {most} files at once."), most=most) if files else _("Choose a file.")
        raise Unprocessable(message, fields={"file": message})
    found = []
    for file in files:
        if not isinstance(file, TemporaryUploadedFile):
            raise TypeError("open_gate() comes before the first look at the body")
        found.append((Path(file.temporary_file_path()), file.name or ""))
    return found
