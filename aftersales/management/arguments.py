"""Arguments that several commands take."""

from __future__ import annotations

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

REFUSED = 2  # the exit code where nothing was changed


def read_moment(written: str) -> datetime:
    """ISO 8601; without an offset it is in the desk's own zone. Raises `CommandError`."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        message = _("%(written)s is no moment: write it as 2026-03-02T10:00:00+08:00.") % {"written": written}
        raise CommandError(message, returncode=REFUSED) from error
    return moment if moment.tzinfo else timezone.make_aware(moment)
