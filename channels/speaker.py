"""Our side of a live line: sentences sent at the pace they are played, held, resumed and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

import numpy as np

from .playout import Line, PlayoutLedger
from .transport import Samples, Transport

_log = logging.getLogger("emads_voice")

LEAD_S = 0.3
"""Sound sent ahead of its playing: enough to bridge network jitter, little enough to lose to a clear."""

CHUNK_S = 0.1
"""Sound in one message: five telephone frames, a fifth of the messages."""

MARK_PATIENCE_S = 2.0
"""How much later than expected a mark may come back before the sentence counts as heard without it."""

_ECHO_S = 0.6  # an echo returns within this, over the worst telephone lines


class Speaker:
    """Speaks on one transport. One task per call paces everything that is said."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._ledger = PlayoutLedger()
        self._waiting: deque[Line] = deque()
        self._held = False
        self._generation = 0
        self._head = 0.0  # when everything sent so far will have been played
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._taken = asyncio.Event()
        self._levels: deque[tuple[float, float]] = deque()  # (played until, loudness)
        self._pump = asyncio.create_task(self._run())

    @property
    def busy(self) -> bool:
        """Whether something said is still to be heard; also while held."""
        return bool(self._waiting or self._ledger.pending)

    @property
    def held(self) -> bool:
        """Whether it fell silent to listen and may go on."""
        return self._held

    def say(self, line: Line) -> None:
        """Append a sentence to what is to be said."""
        self._waiting.append(line)
        self._idle.clear()
        self._changed.set()

    async def room(self, lines: int) -> None:
        """Returns once fewer than so many sentences wait to be sent."""
        while len(self._waiting) >= lines:
            self._taken.clear()
            await self._taken.wait()

    def loudness(self) -> float:
        """Root mean square of what the other side may be hearing, or sending back as an echo, right now."""
        now = self._now()
        while self._levels and self._levels[0][0] + _ECHO_S < now:
            self._levels.popleft()
        return max((level for _, level in self._levels), default=0.0)

    def mark_returned(self, name: str) -> None:
        """A mark came back from the line."""
        self._ledger.returned(name, self._now())
        self._settle()

    async def hold(self) -> None:
        """Fall silent at once, ready to go on from the word that was cut; what is said now waits."""
        if self._held:
            return
        self._held = True
        if self._ledger.pending:
            self._waiting.extendleft(reversed(await self._cut()))

    def resume(self) -> None:
        """Go on after :meth:`hold`."""
        self._held = False
        self._changed.set()

    async def stop(self) -> None:
        """Fall silent at once and forget the rest."""
        was_held = self._held
        self._held = False
        self._waiting.clear()
        if not was_held and self._ledger.pending:
            await self._cut()
        self._settle()

    def take_heard(self) -> str:
        """The words heard since this was last asked."""
        heard, self._ledger.heard = self._ledger.heard, ""
        return heard

    async def drained(self) -> None:
        """Returns once everything said was heard; a line that returns no marks is not waited for."""
        while self.busy:
            overdue_at = max(self._head, self._now()) + MARK_PATIENCE_S
            try:
                await asyncio.wait_for(self._idle.wait(), overdue_at - self._now())
            except TimeoutError:
                if not self._held and not self._waiting and self._now() >= self._head + MARK_PATIENCE_S:
                    _log.info("the line returned no mark; what was sent counts as heard")
                    self._ledger.assume_heard()
                    self._settle()

    async def close(self) -> None:
        """The call is over."""
        self._pump.cancel()
        await asyncio.wait([self._pump])

    async def _cut(self) -> list[Line]:
        self._generation += 1
        rest = self._ledger.cut(self._now())
        self._head = 0.0
        self._levels = deque((min(until, self._now()), level) for until, level in self._levels)
        await self._transport.clear()
        return rest

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._waiting and not self._held:
                line = self._waiting.popleft()
                self._taken.set()
                await self._send(line)

    async def _send(self, line: Line) -> None:
        generation = self._generation
        chunk = round(CHUNK_S * line.rate)
        self._ledger.begin(line, max(self._now(), self._head))
        while line.sent < len(line.samples):
            if (ahead := self._head - self._now() - LEAD_S) > 0:
                await asyncio.sleep(ahead)
            if generation != self._generation:
                return  # cut; the ledger has handed the rest back
            samples = line.samples[line.sent : line.sent + chunk]
            line.sent += len(samples)
            self._head = max(self._now(), self._head) + len(samples) / line.rate
            self._levels.append((self._head, _rms(samples)))
            await self._transport.play(samples)
        if generation == self._generation:
            await self._transport.mark(self._ledger.mark_for(line))

    def _settle(self) -> None:
        if not self.busy:
            self._idle.set()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _rms(samples: Samples) -> float:
    return float(np.dot(samples, samples) / len(samples)) ** 0.5 if len(samples) else 0.0
