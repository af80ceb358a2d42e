"""Addresses: pages by app, the HTTP API under /api/v1/, the admin."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import include, path

from config.api import api


@login_not_required
def favicon(_request: HttpRequest) -> HttpResponseRedirect:
    """Browsers ask here for pages without an icon of their own: the administration, a file in a tab."""
    return HttpResponseRedirect(static("desk/favicon.svg"))


urlpatterns = [
    path("", include("aftersales.urls")),
    path("", include("evidence.urls")),
    path("", include("appeals.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("favicon.ico", favicon),
]

handler403 = "aftersales.views.errors.forbidden"
handler404 = "aftersales.views.errors.not_found"
handler500 = "aftersales.views.errors.server_error"
