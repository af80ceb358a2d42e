"""Django's admin: shops, people and policy versions; ledger, cases and clocks are read-only there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable
from aftersales.models import (
    ApiToken,
    Case,
    CaseEvent,
    Channel,
    Deadline,
    ImportJob,
    LedgerSeal,
    Notification,
    PolicyVersion,
    Shop,
    User,
)
from aftersales.selectors.policies import known_platforms, rule_books
from aftersales.selectors.wording import words
from aftersales.services.robots import masked_address, read_address
from aftersales.services.sending import send_test

if TYPE_CHECKING:
    from django.db import models
    from django.db.models import QuerySet
    from django.http import HttpRequest

admin.site.site_header = admin.site.site_title = _("Aftersales Desk")


@admin.register(User)
class DeskUserAdmin(UserAdmin):
    list_display = ("username", "display_name", "role", "is_active")
    list_filter = ("role", "is_active", "shops")
    filter_horizontal = ("shops", "groups", "user_permissions")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("After-sales"), {"fields": ("role", "shops", "takes_cases", "case_limit", "gets_mail")}),
    )


@admin.register(Shop)
class ShopAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "platform", "is_active")
    list_filter = ("platform", "is_active")
    search_fields = ("code", "name")

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Only a platform whose rules are loaded can be chosen: no case of another could be opened."""
        if db_field.name != "platform":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        books = rule_books(known_platforms())
        choices = [(code, words(book.newest.name)) for code, book in books.items()]
        return forms.ChoiceField(label=capfirst(db_field.verbose_name), choices=[("", "---------"), *choices])


class ChannelForm(forms.ModelForm):
    def clean_address(self) -> str:
        try:
            return read_address(self.cleaned_data["address"])
        except Unprocessable as error:
            raise forms.ValidationError(error.message) from error


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """A robot's address lets anybody write to its group: whoever is no superuser gives it and never reads it again."""

    form = ChannelForm
    list_display = ("name", "service", "least", "is_active", "told_at", "fault")
    list_filter = ("is_active", "shops")
    filter_horizontal = ("shops",)
    readonly_fields = ("told_at", "fault")
    actions = ("test",)

    @admin.display(description=_("address"))
    def service(self, channel: Channel) -> str:
        return masked_address(channel.address)

    def get_exclude(self, request: HttpRequest, obj: Channel | None = None) -> tuple[str, ...]:
        is_shown = obj is None or request.user.is_superuser
        return () if is_shown else ("address",)

    @admin.action(description=_("Send a test message"), permissions=["change"])
    def test(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        for channel in queryset:
            if fault := send_test(channel=channel, now=timezone.now()):
                message = _("%(channel)s: not sent. %(fault)s") % {"channel": channel.name, "fault": fault}
                self.message_user(request, message, messages.ERROR)
            else:
                self.message_user(request, _("%(channel)s: sent.") % {"channel": channel.name}, messages.SUCCESS)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at here, changed by the desk's services only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("ref", "shop", "kind", "state", "next_due_at", "assignee")
    list_filter = ("kind", "state", "shop")
    list_select_related = ("shop", "assignee")
    search_fields = ("platform_case_no", "order__platform_order_no")
    show_full_result_count = False


@admin.register(CaseEvent)
class CaseEventAdmin(ReadOnlyAdmin):
    list_display = ("case", "seq", "type", "at", "recorded_at", "actor", "source")
    list_filter = ("type", "source")
    list_select_related = ("case", "actor")
    show_full_result_count = False


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ("case", "rule", "due_at", "due_source", "outcome")
    list_filter = ("outcome", "rule")
    list_select_related = ("case",)
    show_full_result_count = False


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = ("platform", "version", "effective_from", "loaded_at", "loaded_by", "page")
    list_select_related = ("loaded_by",)

    @admin.display(description=_("Rules"))
    def page(self, version: PolicyVersion) -> str:
        """Where a person reads it; new versions are loaded from there as well."""
        address = reverse("policy", args=[version.platform, version.version])
        return format_html('<a href="{}">{}</a>', address, _("Read"))


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "shop", "state", "created_by", "created_at")
    list_select_related = ("shop", "created_by")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = (
        "case",
        "tells",
        "due_at",
        "person",
        "channel",
        "created_at",
        "seen_at",
        "sent_at",
        "dropped_at",
        "tries",
    )
    list_filter = ("tells", "channel")
    list_select_related = ("case", "person", "channel")
    show_full_result_count = False


@admin.register(LedgerSeal)
class LedgerSealAdmin(ReadOnlyAdmin):
    list_display = ("hash", "sealed_at")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """A token is made by `create_api_token`, which shows its key once; here it can be revoked by deleting it."""

    list_display = ("hint", "user", "is_read_only", "last_used_at", "revoked_at")
    list_select_related = ("user",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)
