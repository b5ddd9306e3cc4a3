"""An event loop whose clock jumps: a dialogue of thirty seconds runs in milliseconds, the same way every time.

Code that waits by the event loop's clock (``asyncio.sleep``, ``call_later``, timeouts, ``loop.time()``) never waits
here: when nothing is ready to run, the clock moves to the next timer at once. Work handed to threads
(``asyncio.to_thread``) is done on the spot, in no time. Sockets are not seen, so a test on virtual time uses scripted
parts only; nothing outside the loop is patched.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")

EPOCH_S = 1_000.0
"""Where the clock starts: above zero, so that code that takes zero for "never" is caught."""


class _JumpingSelector(selectors.SelectSelector):
    """Moves the clock instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = EPOCH_S

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("the program waits for something that will never happen on virtual time")
            self.now += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop. Give it to :class:`asyncio.Runner` as ``loop_factory``, or use :func:`run_virtual`."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds; only differences mean anything."""
        return self._jumping.now

    def run_in_executor(self, executor: Any, func: Callable[..., _T], *args: Any) -> asyncio.Future[_T]:  # type: ignore[override]
        """Do it here and now: a thread would finish at another time in every run."""
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


def run_virtual(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end on virtual time.

    Raises:
        RuntimeError: everything waits and no timer is set: the program would hang for ever.
    """
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
