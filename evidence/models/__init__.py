"""The tables, one file a model."""

from evidence.models.item import EvidenceItem
from evidence.models.upload_link import UploadLink

__all__ = ["EvidenceItem", "UploadLink"]
