"""The app's calls of the HTTP API."""

from ninja import Router

from aftersales.api import audit, cases, deadlines, events, health, imports, notifications, policies

router = Router()
router.add_router("", health.router, tags=["health"])
router.add_router("", cases.router, tags=["cases"])
router.add_router("", deadlines.router, tags=["cases"])
router.add_router("", events.router, tags=["cases"])
router.add_router("", imports.router, tags=["imports"])
router.add_router("", audit.router, tags=["audit"])
router.add_router("", notifications.router, tags=["notifications"])
router.add_router("", policies.router, tags=["policies"])
