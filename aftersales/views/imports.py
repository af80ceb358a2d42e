"""Imports (being written)."""

from aftersales.errors import NotFound


def imports(request):
    raise NotFound("")


def import_detail(request, pk):
    raise NotFound("")
