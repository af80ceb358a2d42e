"""Addresses: pages by app, the HTTP API under /api/v1/, the admin."""

from django.contrib import admin
from django.urls import include, path

from config.api import api

urlpatterns = [
    path("", include("aftersales.urls")),
    path("", include("evidence.urls")),
    path("", include("appeals.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler403 = "aftersales.views.errors.forbidden"
handler404 = "aftersales.views.errors.not_found"
handler500 = "aftersales.views.errors.server_error"
