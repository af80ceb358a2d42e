"""People who work at the desk."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Role

MOST_CASES = 9999  # that one person may have open at once


class User(AbstractUser):
    """An agent or a lead; someone without shops sees none, a superuser sees all."""

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.AGENT)
    shops = models.ManyToManyField("aftersales.Shop", verbose_name=_("shops"), related_name="staff", blank=True)
    # The minute's task gives waiting cases to whoever takes cases and has fewer open ones than their limit.
    takes_cases = models.BooleanField(_("takes new cases"), default=False)
    case_limit = models.PositiveSmallIntegerField(
        _("most open cases"), default=200, validators=[MinValueValidator(1), MaxValueValidator(MOST_CASES)]
    )
    gets_mail = models.BooleanField(_("gets reminders by e-mail"), default=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return f"{self.last_name}{self.first_name}".strip() or self.username

    @property
    def is_lead(self) -> bool:
        return self.role == Role.LEAD or self.is_superuser
