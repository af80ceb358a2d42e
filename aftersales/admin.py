"""Django's admin: shops, people and policy versions; ledger, cases and clocks are read-only there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from aftersales.models import (
    ApiToken,
    Case,
    CaseEvent,
    Deadline,
    ImportJob,
    LedgerSeal,
    PolicyVersion,
    Shop,
    User,
)
from aftersales.selectors.policies import known_platforms, rule_books
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from django.db import models
    from django.http import HttpRequest

admin.site.site_header = admin.site.site_title = _("Aftersales Desk")


@admin.register(User)
class DeskUserAdmin(UserAdmin):
    list_display = ("username", "display_name", "role", "is_active")
    list_filter = ("role", "is_active", "shops")
    filter_horizontal = ("shops", "groups", "user_permissions")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("After-sales"), {"fields": ("role", "shops")}))


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
    list_display = ("platform", "version", "effective_from", "loaded_at", "loaded_by")


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "shop", "state", "created_by", "created_at")
    list_select_related = ("shop", "created_by")


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
