"""The tables, one file a model."""

from appeals.models.appeal import Appeal
from appeals.models.bundle import Bundle, BundleEntry
from appeals.models.further_case import FurtherCase
from appeals.models.item import AppealItem
from appeals.models.packet import Packet
from appeals.models.piece import AppealPiece

__all__ = ["Appeal", "AppealItem", "AppealPiece", "Bundle", "BundleEntry", "FurtherCase", "Packet"]
