"""An address as a QR code. Pure."""

from __future__ import annotations

import ipaddress

import segno

QUIET_MODULES = 4  # the white border that readers need


def qr_image(address: str) -> str:
    """A drawing as a data: address, for an <img> of any size."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(border=QUIET_MODULES, light="#fff", omitsize=True)


def is_only_here(host: str) -> bool:
    """Whether a name or address means on every machine that machine itself, so that no phone reaches ours by it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
