"""The HTTP API: mounts the apps' routers."""

from ninja import NinjaAPI

api = NinjaAPI(title="Aftersales Desk", version="1", docs_url=None, openapi_url="/openapi.json")
