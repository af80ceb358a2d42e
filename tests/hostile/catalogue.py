"""All odd files, by name."""

from __future__ import annotations

from tests.hostile import (
    coloured,
    damaged,
    disguised,
    kept,
    pdf_active,
    pdf_bombs,
    pdf_boxes,
    pdf_damaged,
    pdf_drawn,
    pdf_locked,
    profiled,
    turned,
)
from tests.hostile.odd_file import OddFile

MODULES = (turned, coloured, profiled, kept, damaged, disguised)
PDF_MODULES = (pdf_locked, pdf_active, pdf_boxes, pdf_damaged, pdf_bombs, pdf_drawn)
ODD_FILES: dict[str, OddFile] = {file.name: file for module in (*MODULES, *PDF_MODULES) for file in module.FILES}
