"""Proof in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from aftersales.admin import ReadOnlyAdmin
from evidence.models import EvidenceItem, UploadLink


@admin.register(EvidenceItem)
class EvidenceItemAdmin(ReadOnlyAdmin):
    list_display = ("original_name", "case", "slot", "media_type", "byte_size", "added_at", "added_by", "withdrawn_at")
    list_filter = ("media_type", "slot")
    list_select_related = ("case", "added_by")
    search_fields = ("=case__platform_case_no", "=sha256", "original_name")
    date_hierarchy = "added_at"
    ordering = ("-added_at",)


@admin.register(UploadLink)
class UploadLinkAdmin(ReadOnlyAdmin):
    list_display = ("case", "slot", "created_at", "created_by", "expires_at", "claimed_at", "closed_at")
    list_select_related = ("case", "created_by")
    fields = list_display
    ordering = ("-created_at",)
