"""Casts as many cases as are asked for; on two cores where there are many."""

from __future__ import annotations

import os
import pickle
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from django.db import transaction

from aftersales.models import Case, Order
from aftersales.selectors.policies import rule_books
from appeals.demo import foundry
from appeals.demo.caster import Caster
from appeals.demo.people import SHOPS
from appeals.demo.rows import Values, first_free, insert, reset_sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from appeals.demo.cast import Cast

BATCH = 1000
ALONE = 5 * BATCH  # up to here another process does not pay for its start
MOST_PROCESSES = 4  # this process inserts and is the bottleneck beyond that
AHEAD = 6  # batches that wait to be inserted


def cast_cases(*, cast: Cast, cases: int, seed: int, at: datetime, progress: Callable[[int], None]) -> None:
    """So many cases beside those that are there, each batch in a transaction of its own."""
    if cases <= 0:
        return
    caster = Caster(
        seed=seed,
        at=at,
        size=BATCH,
        books=rule_books(sorted({shop.platform for shop in SHOPS})),
        shops={code: shop.pk for code, shop in cast.shops.items()},
        people={username: person.pk for username, person in cast.people.items()},
        first_case=first_free(Case.objects.all()),
        first_order=first_free(Order.objects.all()),
    )
    sizes = [min(BATCH, cases - begun) for begun in range(0, cases, BATCH)]
    processes = 1 if cases <= ALONE else min(os.cpu_count() or 1, MOST_PROCESSES)
    done = 0
    for size, tables in zip(sizes, batches(caster, sizes, processes=processes), strict=True):
        with transaction.atomic():
            insert(tables)
        done += size
        progress(done)
    reset_sequences()


def batches(caster: Caster, sizes: Sequence[int], *, processes: int) -> Iterator[list[Values]]:
    """The rows of each batch in their order, the same whoever casts them."""
    if processes == 1:
        yield from (caster.batch(number, size) for number, size in enumerate(sizes))
        return
    begin = (pickle.dumps(caster),)
    with ProcessPoolExecutor(processes, get_context("spawn"), foundry.begin, begin) as pool:
        waiting: deque[Future[list[Values]]] = deque()
        for number, size in enumerate(sizes):
            waiting.append(pool.submit(foundry.batch, number, size))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
