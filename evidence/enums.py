"""The words of evidence, as choices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Origin(TextChoices):
    """How a file reached the desk: part of its chain of custody."""

    PAGE = "page", pgettext_lazy("origin of a file", "case page")
    PHONE = "phone", pgettext_lazy("origin of a file", "phone upload")
    API = "api", pgettext_lazy("origin of a file", "API")
    DERIVED = "derived", _("made from another file")
