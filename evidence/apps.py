"""Proof: uploads, slots, checks, storage."""

from django.apps import AppConfig
from django.http import multipartparser
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        # A file's name stands in its part's header. Django's 1 KB is 330 Chinese characters, or 110 percent-encoded.
        multipartparser.MAX_TOTAL_HEADER_SIZE = 8 * 1024  # type: ignore[attr-defined]  # the stubs leave it out
