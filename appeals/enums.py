"""The words of appeals, as choices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AppealState(TextChoices):
    DRAFT = "draft", pgettext_lazy("appeal state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("appeal state", "Submitted")
    WON = "won", pgettext_lazy("appeal state", "Won")
    PARTLY_WON = "partly_won", pgettext_lazy("appeal state", "Partly won")
    LOST = "lost", pgettext_lazy("appeal state", "Lost")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal state", "Taken back")
    EXPIRED = "expired", pgettext_lazy("appeal state", "Expired")


OPEN_APPEALS = (AppealState.DRAFT, AppealState.SUBMITTED)


class ItemKind(TextChoices):
    LIABILITY = "liability", _("Liability")
    PAYMENT = "payment", _("Payment for goods")
    FREIGHT = "freight", _("Freight")


class ItemOutcome(TextChoices):
    WON = "won", pgettext_lazy("appeal item", "Won")
    LOST = "lost", pgettext_lazy("appeal item", "Lost")


class PacketState(TextChoices):
    QUEUED = "queued", pgettext_lazy("task", "Queued")
    RUNNING = "running", pgettext_lazy("task", "Running")
    DONE = "done", pgettext_lazy("task", "Done")
    FAILED = "failed", pgettext_lazy("task", "Failed")


class WindowState(TextChoices):
    NOT_YET = "not_yet", pgettext_lazy("appeal window", "Not open yet")
    OPEN = "open", pgettext_lazy("appeal window", "Open")
    CLOSED = "closed", pgettext_lazy("appeal window", "Closed")
    CONFLICT = "conflict", pgettext_lazy("appeal window", "Conflict")
    VOID = "void", pgettext_lazy("appeal window", "Void")
    UNSTATED = "unstated", pgettext_lazy("appeal window", "No time stated")
