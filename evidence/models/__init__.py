"""The tables, one file a model."""

from evidence.models.item import EvidenceItem

__all__ = ["EvidenceItem"]
