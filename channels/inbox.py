"""What has come over a line and waits for the conversation: in order, and bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from emads_voice.observability import attributes, happened, metrics

from .errors import ProtocolError
from .transport import Event, HungUp, Sound

MAX_BACKLOG_S = 30
"""Sound kept for a listener that does not listen; what comes then is dropped."""
MAX_EVENTS = 10_000
"""Pieces of sound and other events kept likewise. One too many that is no sound ends the line."""


class Inbox:
    """The events of one line, which one conversation takes. Whoever fills it never waits.

    Attributes:
        dropped_s: how much sound was dropped.
    """

    def __init__(self, rate: int) -> None:
        """``rate`` is that of the line, in samples per second."""
        self._rate = rate
        self._most = MAX_BACKLOG_S * rate
        self._events: deque[Event] = deque()
        self._awaited: asyncio.Future[None] | None = None  # by who takes them
        self._backlog = 0  # samples in _events
        self._lost = asyncio.Event()
        self.dropped_s = 0.0
        self._told_s = 0.0  # of that
        metrics.queues.watch("line", self, lambda inbox: inbox.backlog_s)

    @property
    def gone(self) -> bool:
        """Whether the line is."""
        return self._lost.is_set()

    @property
    def backlog_s(self) -> float:
        """How much sound waits."""
        return self._backlog / self._rate

    async def lost(self) -> None:
        """Waits until the line is gone."""
        await self._lost.wait()

    def keep(self, event: Event) -> None:
        """An event has come.

        Raises:
            ProtocolError: there are too many, and nobody listens.
        """
        full = len(self._events) >= MAX_EVENTS
        if isinstance(event, Sound):
            if full or self._backlog + len(event.samples) > self._most:
                self.dropped_s += len(event.samples) / self._rate
                metrics.SOUND_DROPPED.add(len(event.samples) / self._rate)
                return
            self._backlog += len(event.samples)
        elif full:
            raise ProtocolError(f"more than {MAX_EVENTS} events that nobody listened to")
        self._add(event)

    def lose(self, reason: str) -> None:
        """The line is gone: the last event says why."""
        if not self.gone:
            self._lost.set()
            self._add(HungUp(reason))

    def _add(self, event: Event) -> None:
        self._events.append(event)
        if self._awaited and not self._awaited.done():
            self._awaited.set_result(None)

    async def events(self) -> AsyncIterator[Event]:
        """What has come and comes, until and including :class:`HungUp`. Iterated once."""
        loop = asyncio.get_running_loop()  # once: it is a system call, and there are fifty events a second
        while True:
            while not self._events:
                self._awaited = loop.create_future()
                await self._awaited
            event = self._events.popleft()
            if self.dropped_s > self._told_s:  # told here, where the conversation listens
                told, self._told_s = self.dropped_s - self._told_s, self.dropped_s
                happened(attributes.SOUND_DROPPED, {attributes.SOUND_DROPPED_S: round(told, 2)})
            if isinstance(event, Sound):
                self._backlog -= len(event.samples)
            yield event
            if isinstance(event, HungUp):
                return
