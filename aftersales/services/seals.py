"""Seals outside the database: written to a file, and held against the ledger later."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from aftersales.errors import BadRequest, LedgerBroken
from aftersales.models import LedgerSeal
from aftersales.services.ledger import verify_seal

if TYPE_CHECKING:
    from collections.abc import Iterator


class SealFile(BaseModel):
    """`heads`: case id to the place and the hash of its last event then; `prev_hash` chains it to the seal before."""

    sealed_at: str
    heads: dict[str, tuple[int, str]]
    prev_hash: str
    hash: str


def export_seal(seal: LedgerSeal) -> dict[str, Any]:
    return {
        "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(),
        "heads": seal.heads,
        "prev_hash": seal.prev_hash,
        "hash": seal.hash,
    }


def verify_seal_file(text: str) -> int:
    """Hold an exported seal, and every seal before it that it vouches for, against the ledger.

    Returns how many seals were checked. Raises `BadRequest` for a file that is no seal, `LedgerBroken` where the
    seal, an earlier one or a row that they cover was altered.
    """
    try:
        given = SealFile.model_validate_json(text)
    except ValidationError as error:
        raise BadRequest(_("This file is no seal."), code="no_seal") from error
    checked = 0
    for seal in _chain_back(given):
        heads = {case: list(head) for case, head in seal.heads.items()}
        verify_seal(heads=heads, sealed_at=seal.sealed_at, prev_hash=seal.prev_hash, seal=seal.hash)
        checked += 1
    return checked


def _chain_back(given: SealFile) -> Iterator[SealFile]:
    yield given
    prev_hash = given.prev_hash
    while prev_hash:
        earlier = LedgerSeal.objects.filter(hash=prev_hash).first()
        if earlier is None:
            raise LedgerBroken(_("An earlier seal, which this one vouches for, is missing."))
        yield SealFile.model_validate(export_seal(earlier))
        prev_hash = earlier.prev_hash
