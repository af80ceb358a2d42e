"""A group robot that is told of deadlines: DingTalk, WeCom, Feishu and whatever else Apprise can reach."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Telling


class Channel(models.Model):
    """`address` is an Apprise URL and holds the robot's secret: only the admin shows it. No shops means all shops."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    address = models.CharField(_("address"), max_length=500)
    shops = models.ManyToManyField("aftersales.Shop", verbose_name=_("shops"), related_name="channels", blank=True)
    least = models.CharField(_("tells from"), max_length=10, choices=Telling, default=Telling.WARNING)
    is_active = models.BooleanField(_("in use"), default=True)
    told_at = models.DateTimeField(_("last told at"), null=True, blank=True, editable=False)
    fault = models.CharField(_("last fault"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name
