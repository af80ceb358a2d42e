"""PDFs with a password or with something forbidden."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import pikepdf

from evidence.checks import FileWarning
from evidence.errors import LockedFile, PrintingForbidden
from tests.hostile.drawn import one_page, saved
from tests.hostile.odd_file import PAGE, Accepted, OddFile, Refused

Revision = Literal[3, 4, 6]
RESTRICTED = Accepted(PAGE, warnings=(FileWarning.RESTRICTED_PDF,))


def encrypted(*, user: str = "", revision: Revision = 6, **forbidden: bool) -> bytes:
    """`forbidden` as in pikepdf.Permissions, each False."""
    known: dict[str, Any] = {"aes": False, "metadata": False} if revision < 4 else {}
    lock = pikepdf.Encryption(
        owner="the owner's", user=user, R=revision, allow=pikepdf.Permissions(**forbidden), **known
    )
    return saved(one_page()[0], encryption=lock, static_id=True)


def no_changes(revision: Revision) -> bytes:
    return encrypted(revision=revision, modify_other=False, modify_assembly=False, extract=False)


FILES = (
    OddFile("password.pdf", partial(encrypted, user="secret"), Refused(LockedFile)),
    OddFile("password-rc4.pdf", partial(encrypted, user="secret", revision=3), Refused(LockedFile)),
    OddFile("no-changes.pdf", partial(no_changes, 6), RESTRICTED),
    OddFile("no-changes-aes128.pdf", partial(no_changes, 4), RESTRICTED),
    OddFile("no-changes-rc4.pdf", partial(no_changes, 3), RESTRICTED),
    OddFile("no-printing.pdf", partial(encrypted, print_lowres=False, print_highres=False), Refused(PrintingForbidden)),
    OddFile("coarse-printing.pdf", partial(encrypted, print_highres=False), Refused(PrintingForbidden)),
    OddFile("empty-password.pdf", encrypted, RESTRICTED),
)
