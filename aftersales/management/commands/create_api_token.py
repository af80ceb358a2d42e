"""Give a program a key to the API; the key is shown once and kept nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.errors import DeskError
from aftersales.models import Shop, User
from aftersales.services.tokens import create_token

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Creates an API token for a user and prints it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the username of the person whose shops the token may see")
        parser.add_argument("--shop", nargs="+", action="extend", default=[], metavar="CODE", help="only these shops")
        parser.add_argument("--read-only", action="store_true", help="may ask, not change")
        parser.add_argument("--json", action="store_true", help="prints one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            msg = _("There is no user called %(name)s.") % {"name": options["user"]}
            raise CommandError(msg)
        shops = [self._shop(code) for code in dict.fromkeys(options["shop"])]
        try:
            token, key = create_token(user=user, shops=shops, is_read_only=options["read_only"], now=timezone.now())
        except DeskError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            about = {"user": user.username, "shops": [shop.code for shop in shops], "read_only": token.is_read_only}
            self.stdout.write(json.dumps({"token": key, **about}))
            return
        self.stdout.write(key)
        self.stderr.write(_("Keep it now: it is not shown again."))

    def _shop(self, code: str) -> Shop:
        shop = Shop.objects.filter(code=code).first()
        if shop is None:
            msg = _("There is no shop with the code %(code)s.") % {"code": code}
            raise CommandError(msg)
        return shop
