"""Work that is begun before anybody asks for it, and kept until somebody does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any, Generic, TypeVar

from opentelemetry import trace

from emads_voice.observability import attributes

T = TypeVar("T")


class BegunWork(Generic[T]):
    """Work begun in a task, under the key it will be asked for with.

    Attributes:
        key: whoever asks with an equal one is given this work.
        task: its result, or what went wrong.
        claimed: whether somebody asked for it.
    """

    def __init__(self, key: Hashable, work: Coroutine[Any, Any, T]) -> None:
        """Begin; inside the event loop."""
        self.key = key
        self.claimed = False
        self.begun_in = trace.get_current_span().get_span_context()
        self.task = asyncio.create_task(work)
        self.task.add_done_callback(retrieved)


def retrieved(task: asyncio.Task[Any]) -> None:
    """Look at how a task ended, so that a failure nobody has asked about yet is not logged as lost."""
    if not task.cancelled():
        task.exception()


W = TypeVar("W", bound=BegunWork[Any])


class Unclaimed(Generic[W]):
    """Begun work that nobody has asked for yet, by key."""

    def __init__(self) -> None:
        self._by_key: dict[Hashable, W] = {}

    def add(self, work: W) -> None:
        """Let it be found."""
        self._by_key[work.key] = work

    def claim(self, key: Hashable) -> W | None:
        """What was begun under a key; nobody else gets it. The current span is linked to the one it was begun in."""
        work = self._by_key.pop(key, None)
        if work:
            work.claimed = True
            trace.get_current_span().add_link(work.begun_in, {attributes.LINKED: "preemptive generation"})
        return work

    def discard(self, work: W) -> None:
        """Stop it, unless somebody asked for it."""
        if self._by_key.get(work.key) is work:
            del self._by_key[work.key]
        if not work.claimed:
            work.task.cancel()


class Pieces(Generic[T]):
    """What is made piece by piece, kept from the first on for whoever comes for it."""

    def __init__(self) -> None:
        self.made: list[T] = []
        self._whole = False
        self._more = asyncio.Event()

    def append(self, piece: T) -> None:
        """One more was made."""
        self.made.append(piece)
        self._more.set()

    def close(self) -> None:
        """There will be no more."""
        self._whole = True
        self._more.set()

    async def beyond(self, count: int) -> bool:
        """Wait for more than so many; False if there will never be."""
        while len(self.made) <= count and not self._whole:
            self._more.clear()
            await self._more.wait()
        return len(self.made) > count
