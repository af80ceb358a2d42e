"""Appeals in the admin: to look at; they change on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from appeals.models import Appeal, AppealItem, AppealPiece, Bundle, BundleEntry, FurtherCase, Packet

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnly:
    """Nothing can be added, changed or removed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemInline(ReadOnly, admin.TabularInline):
    model = AppealItem


class PieceInline(ReadOnly, admin.TabularInline):
    model = AppealPiece
    fields = ("position", "item", "caption", "frozen_sha256")


class FurtherCaseInline(ReadOnly, admin.TabularInline):
    model = FurtherCase


@admin.register(Appeal)
class AppealAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("number", "case", "type", "state", "closes_at", "opened_by", "submitted_at")
    list_filter = ("state", "type", "case__shop")
    list_select_related = ("case", "opened_by")
    search_fields = ("case__platform_case_no", "case__order__platform_order_no", "platform_appeal_no")
    inlines = (FurtherCaseInline, ItemInline, PieceInline)


@admin.register(Packet)
class PacketAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "appeal", "profile", "state", "pages", "byte_size", "requested_at", "finished_at")
    list_filter = ("state", "profile")
    list_select_related = ("appeal",)
    exclude = ("content",)


class EntryInline(ReadOnly, admin.TabularInline):
    model = BundleEntry
    exclude = ("packet",)


@admin.register(Bundle)
class BundleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "profile", "state", "byte_size", "requested_by", "requested_at", "finished_at")
    list_filter = ("state", "profile")
    list_select_related = ("requested_by",)
    inlines = (EntryInline,)
