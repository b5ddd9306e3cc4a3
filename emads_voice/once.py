"""Things that take long to make and are shared: made when they are first asked for, once for everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class Once(Generic[_Made]):
    """Something that is made at the first call and then returned by every call, such as a loaded model.

    Thread-safe: whoever calls while it is being made waits for it. An error is raised to whoever caused it and not
    remembered: the next call tries again. It blocks, so an event loop calls it on another thread; a task that is
    cancelled while it waits there disturbs nobody.
    """

    def __init__(self, make: Callable[[], _Made]) -> None:
        """``make`` makes it; it must not ask for the same thing."""
        self._make = make
        self._making = threading.Lock()
        self._made: list[_Made] = []  # at most one

    def __call__(self) -> _Made:
        """What was made, now or before.

        Raises:
            Exception: whatever making it raises.
        """
        with self._making:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    @property
    def made(self) -> _Made | None:
        """The same if it is there already, else None: for those who cannot wait."""
        return self._made[0] if self._made else None
