"""Watching a recording being heard: how far it is, what has been written down, and what failed.

Whoever watches also bears a failure: a piece that cannot be recognised is then a gap, and the others are heard. Without
a watcher, as on a call, one failure is that of the whole, so that another recogniser can take over at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, runtime_checkable

from emads_voice.voice.recognizer import Segment


@runtime_checkable
class Watcher(Protocol):
    """Is told, in the event loop, while a recording is heard."""

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        """So many seconds of speech are done, of so many; these are the segments since it was told last, in order.

        The language of each is its own.
        """


_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher | None) -> Iterator[None]:
    """Within the block what is transcribed is watched; by nobody, if None."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def watching() -> Watcher | None:
    """Who watches."""
    return _watcher.get()
