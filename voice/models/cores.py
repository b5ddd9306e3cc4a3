"""The machine's cores, shared by all models that recognise and speak on them.

One piece of work alone gets every core; as soon as there are two, each gets one. Two threads make one recognition
nearly twice as fast (0.19 s instead of 0.34 for the encoder), but two recognitions at a time no faster.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Generic, TypeVar

from emads_voice.once import Once

_Model = TypeVar("_Model")


def _usable() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))  # those of a container, say
    return os.cpu_count() or 1


CORES = max(1, min(4, _usable()))
"""Cores that are used: small models gain nothing from more than four."""

_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)


@contextmanager
def unhurried() -> Iterator[None]:
    """Within the block work uses one core even when alone: nobody waits for it yet, and the other cores stay free."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


_counting = threading.Lock()
_working = 0  # pieces of work in this process, of all models


class Copies(Generic[_Model]):
    """A model whose threads are fixed when it is loaded: a copy with all cores, and one with a core for each caller.

    The second copy is loaded when it is first needed. Thread-safe, but it blocks.
    """

    def __init__(self, load: Callable[[int], _Model]) -> None:
        """``load`` is called with the threads that one piece of work gets. Loads the copy for one alone."""
        self._for_several = Once(partial(load, 1))
        self.alone = load(CORES)

    @contextmanager
    def at_work(self) -> Iterator[_Model]:
        """The copy to use for one piece of work, which lasts as long as the ``with`` block."""
        global _working
        with _counting:
            _working += 1
            alone = _working == 1
        try:
            has_all = alone and not _unhurried.get()
            yield self.alone if has_all or CORES == 1 else self._for_several()
        finally:
            with _counting:
                _working -= 1
