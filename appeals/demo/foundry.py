"""What a process that casts cases does. It imports no model: Django is set up when the process begins."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from appeals.demo.caster import Caster
    from appeals.demo.rows import Values

_casters: list[Caster] = []


def begin(pickled: bytes) -> None:
    django.setup()
    caster: Caster = pickle.loads(pickled)  # noqa: S301 - from the process that started this one
    _casters.append(caster)


def batch(number: int, size: int) -> list[Values]:
    return _casters[0].batch(number, size)
