"""A bundle's file: its name in the store, and as an answer to download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from appeals.enums import PacketState
from appeals.errors import BundleFileMissing, PacketFileMissing
from appeals.storage import PacketStore

if TYPE_CHECKING:
    from django.core.files import File

    from appeals.models import Bundle

MEDIA_TYPE = "application/zip"


def key_of(bundle: Bundle) -> str:
    """Where the ZIP is put once it is built."""
    return f"{bundle.pk}.zip"


def open_bundle(bundle: Bundle) -> File[Any]:
    """Raises BundleFileMissing."""
    if bundle.state == PacketState.DONE:
        try:
            return PacketStore().open(bundle.key)
        except PacketFileMissing as error:
            raise BundleFileMissing(_("The bundle's file is not there any more: choose its appeals again.")) from error
    raise BundleFileMissing(_("The bundle is not built yet."))


def file_answer(bundle: Bundle) -> FileResponse:
    """Raises BundleFileMissing."""
    name = f"B-{bundle.pk.hex[:8].upper()}.zip"
    return FileResponse(open_bundle(bundle), as_attachment=True, filename=name, content_type=MEDIA_TYPE)
