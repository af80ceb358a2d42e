"""The app's calls of the HTTP API."""

from ninja import Router

from appeals.api import appeals, bundles, packets

router = Router()
router.add_router("", appeals.router, tags=["appeals"])
router.add_router("", packets.router, tags=["appeals"])
router.add_router("", bundles.router, tags=["appeals"])
