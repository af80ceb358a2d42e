"""What the colours of an archive mean: those of a screen, by a profile inside the file."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import pydyf

NAME = "sRGB2014"
CHANNELS = 3


def declare_colours(pdf: pydyf.PDF) -> None:
    """Say that the plain RGB and grey of the whole document are those of sRGB."""
    profile = pydyf.Stream([_srgb()], {"N": CHANNELS, "Alternate": "/DeviceRGB"}, compress=True)
    pdf.add_object(profile)
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String(NAME),
        "Info": pydyf.String(NAME),
        "DestOutputProfile": profile.reference,
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """The profile of the International Color Consortium, which comes with WeasyPrint; it carries a fixed date."""
    return (files("weasyprint.pdf") / f"{NAME}.icc").read_bytes()
