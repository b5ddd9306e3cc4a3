"""What goes on beside the reading of a line: the tasks and timers of one call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from emads_voice.tasks import Tasks

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

CLOSING_S = 2.0
"""How long a task may take to notice that its call is over."""


class Background:
    """Belongs to one call: its failures are logged with the call's name, and nothing of it outlives the call.

    Attributes:
        call: the name that failures are logged under.
    """

    def __init__(self, call: str) -> None:
        self.call = call
        self._tasks = Tasks()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.enter()

    def enter(self) -> None:
        """The context that is current now is the call's."""
        self._context = copy_context()

    def inside(self, do: Callable[..., None], *given: object) -> None:
        """Do something in the call's context: for what is told from outside of it."""
        self._context.copy().run(do, *given)

    def start(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Do it beside everything else."""
        task = self._tasks.start(work)
        task.add_done_callback(self._done)
        return task

    def after(self, name: str, seconds: float, do: Callable[[], object]) -> None:
        """Call it in so many seconds, unless a timer of the same name is set or cancelled before."""
        self.cancel(name)
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(max(0.0, seconds), self._fire, name, do)

    def waits(self, name: str) -> bool:
        """Whether such a timer is running."""
        return name in self._timers

    def cancel(self, *names: str) -> None:
        """Cancel timers, those that run."""
        for name in names:
            if timer := self._timers.pop(name, None):
                timer.cancel()

    async def close(self) -> None:
        """Cancel everything and wait until it has ended; what ignores that is left behind, and logged."""
        self.cancel(*self._timers)
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks and (late := (await asyncio.wait(tasks, timeout=CLOSING_S))[1]):
            _log.warning("call %s: %d task(s) did not end with it", self.call, len(late))

    def _fire(self, name: str, do: Callable[[], object]) -> None:
        self._timers.pop(name, None)
        try:
            do()
        except Exception:
            _log.exception("call %s: the timer %r failed", self.call, name)

    def _done(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()):
            _log.error("call %s: %s", self.call, error or type(error).__name__, exc_info=error)
