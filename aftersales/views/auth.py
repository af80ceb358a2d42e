"""Logging in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views

from aftersales.enums import Role


class LoginView(views.LoginView):
    """The login page; a local demo shows its logins there."""

    template_name = "aftersales/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.SHOW_DEMO_LOGINS:
            context["demo_logins"] = [
                {"role": Role(role).label, "username": username, "password": password}
                for username, password, role in settings.DEMO_LOGINS
            ]
        return context
