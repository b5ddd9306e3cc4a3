"""Tasks nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

_T = TypeVar("_T")


class Tasks:
    """Holds tasks until they end: an event loop alone does not, and a task that nobody holds may vanish half done.

    Iterates over those that have not ended.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Do it beside everything else."""
        return self.keep(asyncio.create_task(work))

    def keep(self, task: asyncio.Task[_T]) -> asyncio.Task[_T]:
        """Hold a task that was started elsewhere; returns it."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def __iter__(self) -> Iterator[asyncio.Task[Any]]:
        return iter(tuple(self._running))


async def work_off(
    step: Callable[[], Awaitable[bool]], log: logging.Logger, failed: str, *, poll_s: float
) -> None:
    """Do what there is to do, one step after the other, until cancelled.

    Args:
        step: does one thing; returns whether there was one.
        log: told what a step has raised, and goes on: a database may be down for a while.
        failed: what is logged then.
        poll_s: seconds until it is looked again where there was nothing, or something failed.
    """
    while True:
        try:
            busy = await step()
        except Exception:
            log.exception(failed)
            busy = False
        if not busy:
            await asyncio.sleep(poll_s)
