"""Draws the pictures in processes of their own while the stories are played."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Self

from appeals.demo.pictures import Picture, draw_picture
from appeals.demo.story import Does

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from appeals.demo.story import Story
    from evidence.drawings import Drawing

PROCESSES = 2
FEW = 6  # so many are drawn before other processes have started


class Studio:
    """A context: its processes end with it. New processes, not copies of this one, which holds a database open.

    `draw` has to be a function of a module, so that another process finds it.
    """

    def __init__(
        self, stories: Sequence[Story], *, at: datetime, draw: Callable[[Picture], Drawing] = draw_picture
    ) -> None:
        self.draw = draw
        self.wanted = sorted(
            (
                Picture(step.data["picture"], story.facts, moment)
                for story in stories
                for moment, step in story.moments(at)
                if step.does == Does.PROVE
            ),
            key=lambda picture: picture.at,
        )
        is_worth_it = len(self.wanted) > FEW
        self.pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) if is_worth_it else None
        self.drawn: dict[Picture, Future[Drawing]] = {}

    def __enter__(self) -> Self:
        if self.pool:
            self.drawn = {picture: self.pool.submit(self.draw, picture) for picture in self.wanted}
        return self

    def __exit__(self, *_failure: object) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def get(self, picture: Picture) -> Drawing:
        return self.drawn[picture].result() if self.pool else self.draw(picture)
