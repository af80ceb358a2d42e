"""Answer with a kept file so that no browser ever runs it. The caller has checked who may see it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from evidence.errors import NoPreview
from evidence.kept_previews import preview_of
from evidence.media import MEDIA_TYPES
from evidence.names import download_name
from evidence.previews import PREVIEW_MEDIA_TYPE
from evidence.ranges import FilePart, asked_range
from evidence.storage import ContentStore

if TYPE_CHECKING:
    from django.http import HttpRequest

    from evidence.models import EvidenceItem

# What a browser shows by itself and cannot be scripted; HEIC it cannot show, and a PDF can be scripted.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime", "video/webm"})
SAFE = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
POLICY = "default-src 'none'; sandbox"
# A browser opens a film in a page of its own, which loads it once more, as whoever is logged in; no script runs there.
FILM_POLICY = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
# Asked again each time, because a person may leave a shop; the answer is a 304 then.
FILE_CACHE = "private, no-cache"
PREVIEW_CACHE = "private, max-age=3600"
PREVIEW_EDITION = 1  # raise it when previews are made differently


def serve_file(request: HttpRequest, item: EvidenceItem) -> HttpResponseBase:
    """The file under its checked type and a harmless name; parts and 304 where asked for.

    Raises `StoredFileMissing`.
    """
    etag = f'"{item.sha256}"'
    policy = FILM_POLICY if item.stills_key else POLICY
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dress(unchanged, etag, FILE_CACHE, policy)
    file = ContentStore().open(item.key)
    part = _asked_part(request, item, etag)
    name = download_name(item.original_name, MEDIA_TYPES[item.media_type].extension)
    is_download = item.media_type not in SHOWN
    answer: HttpResponseBase
    if part is None:
        answer = FileResponse(file, content_type=item.media_type)
        answer["Content-Length"] = str(item.byte_size)
    elif not part:
        file.close()
        answer = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{item.byte_size}"
        return _dress(answer, etag, FILE_CACHE, policy)
    else:
        status = HTTPStatus.PARTIAL_CONTENT
        answer = StreamingHttpResponse(FilePart(file, part), status=status, content_type=item.media_type)
        answer["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{item.byte_size}"
        answer["Content-Length"] = str(len(part))
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = content_disposition_header(is_download, name) or "attachment"
    return _dress(answer, etag, FILE_CACHE, policy)


def serve_preview(request: HttpRequest, item: EvidenceItem) -> HttpResponseBase:
    """The small picture. Raises `NoPreview`, `StoredFileMissing`."""
    etag = f'"{item.sha256}-{PREVIEW_EDITION}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dress(unchanged, etag, PREVIEW_CACHE)
    data = preview_of(key=item.key, media_type=item.media_type, edition=PREVIEW_EDITION)
    return _dress(HttpResponse(data, content_type=PREVIEW_MEDIA_TYPE), etag, PREVIEW_CACHE)


def serve_whole(request: HttpRequest, item: EvidenceItem) -> HttpResponseBase:
    """All of a picture, upright, large enough to be edited by. Raises `NoPreview`, `StoredFileMissing`."""
    etag = f'"{item.sha256}-whole-{PREVIEW_EDITION}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dress(unchanged, etag, PREVIEW_CACHE)
    data = preview_of(key=item.key, media_type=item.media_type, edition=PREVIEW_EDITION, whole=True)
    return _dress(HttpResponse(data, content_type=PREVIEW_MEDIA_TYPE), etag, PREVIEW_CACHE)


def serve_stills(request: HttpRequest, item: EvidenceItem) -> HttpResponseBase:
    """A film's sheet of stills. Raises `NoPreview` for what is no film, `StoredFileMissing`."""
    if not item.stills_key:
        raise NoPreview(_("This is not a film."))
    etag = f'"{item.sha256}-stills"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dress(unchanged, etag, PREVIEW_CACHE)
    return _dress(FileResponse(ContentStore().open(item.stills_key), content_type="image/jpeg"), etag, PREVIEW_CACHE)


def _asked_part(request: HttpRequest, item: EvidenceItem, etag: str) -> range | None:
    condition = request.headers.get("If-Range", etag)
    return asked_range(request.headers.get("Range", ""), item.byte_size) if condition == etag else None


def _dress(answer: HttpResponseBase, etag: str, cache_control: str, policy: str = POLICY) -> HttpResponseBase:
    shown = {"ETag": etag, "Cache-Control": cache_control, "Content-Security-Policy": policy}
    for name, value in {**SAFE, **shown}.items():
        answer[name] = value
    return answer
