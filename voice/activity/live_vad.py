"""Voice activity of live calls: the windows of all calls are judged together, in one run of one session.

A window alone costs 231 µs, one among sixteen 78 µs, so the more calls there are, the longer a window waits for those
of others: not at all for one call, 20 ms with eighty and more. Whatever has filled up by then is one batch. The run is
inline: at 40 calls it takes about 2 ms, less than handing it to a thread and back would cost in jitter.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .vad import WINDOW, VadMemory

_log = logging.getLogger(__name__)

GATHER_S = 0.00025
"""How long a window waits for others, for each call there is."""

GATHER_AT_MOST_S = 0.02

_TICK_S = 0.02
"""How often lines are looked at that bring nothing, and how much silence each is given then."""

STALL_S = 0.3
"""A line that brings nothing for this long is taken to be silent, so that an utterance on it can end. Networks bunch
packets for less; some callers' systems send nothing while nobody speaks."""

PENDING_S = 60.0
"""Sound of one call that waits to be judged; there is hardly any, and after a stall of its line as much as the line
brings at once. More is dropped, so that no call takes memory from the others."""

OnWindow = Callable[[float], None]
"""Told the probability of speech in each 32 ms of one call, in order."""


class Judge(Protocol):
    """Judges windows: :class:`~.vad.SileroVad`, or a stand-in for tests."""

    def step(
        self, windows: NDArray[np.float32], memory: VadMemory, rate: int
    ) -> tuple[NDArray[np.float32], VadMemory]:
        """See :meth:`.vad.SileroVad.step`."""


class LiveVad:
    """Judges all live calls of a process. Belongs to one event loop; costs nothing while nobody calls.

    A call whose ``on_window`` fails is not listened to any more; the others do not notice.
    """

    def __init__(self, vad: Judge, rate: int = 8_000) -> None:
        """``rate`` is that of all sounds fed, 8000 or 16000."""
        self._vad = vad
        self.rate = rate
        self.window = WINDOW[rate]
        self._listeners: set[Listener] = set()
        self._silence = np.zeros(round(_TICK_S * rate), np.float32)
        self._filled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self, on_window: OnWindow) -> Listener:
        """Begin to listen to a call; ``on_window`` is called from the event loop."""
        listener = Listener(self, on_window)
        self._listeners.add(listener)
        if not self._tasks or any(task.done() for task in self._tasks):
            self._end()
            self._filled = asyncio.Event()  # of this event loop
            self._tasks = [asyncio.create_task(work) for work in (self._judge_filled(), self._fill_stalled())]
            for task in self._tasks:
                task.add_done_callback(_tell_if_failed)
        return listener

    def close(self, listener: Listener) -> None:
        """Stop listening; see :meth:`Listener.close`."""
        self._listeners.discard(listener)
        listener.closed = True
        if not self._listeners:
            self._end()

    def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def filled(self) -> None:
        """A listener has a whole window."""
        self._filled.set()

    async def _judge_filled(self) -> None:
        while True:
            await self._filled.wait()
            await asyncio.sleep(min(GATHER_AT_MOST_S, GATHER_S * len(self._listeners)))
            self._filled.clear()
            while ready := [listener for listener in self._listeners if listener.ready]:
                self._judge(ready)
                await asyncio.sleep(0)  # after a stall there is much to judge

    async def _fill_stalled(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + _TICK_S, loop.time())  # after a stall, go on from now instead of catching up
            await asyncio.sleep(due - loop.time())
            for listener in self._listeners:
                if due - listener.fed_at > STALL_S:
                    listener.append(self._silence)

    def _judge(self, ready: list[Listener]) -> None:
        windows = np.stack([listener.take() for listener in ready])
        memory = VadMemory(
            np.concatenate([listener.memory.state for listener in ready], axis=1),
            np.concatenate([listener.memory.context for listener in ready]),
        )
        probabilities, memory = self._vad.step(windows, memory, self.rate)
        for i, (listener, probability) in enumerate(zip(ready, probabilities.tolist(), strict=True)):
            # Copies, so that one quiet call does not keep a whole batch alive.
            listener.memory = VadMemory(memory.state[:, i : i + 1].copy(), memory.context[i : i + 1].copy())
            if listener in self._listeners:  # else closed by one before it
                self._tell(listener, probability)

    def _tell(self, listener: Listener, probability: float) -> None:
        try:
            listener.on_window(probability)
        except Exception:
            _log.exception("A call is not listened to any more: its listener failed")
            self.close(listener)


class Listener:
    """One call's ear in the batch."""

    def __init__(self, vad: LiveVad, on_window: OnWindow) -> None:
        self._vad = vad
        self.on_window = on_window
        self.memory = VadMemory.blank(vad.rate)
        self._pending: deque[NDArray[np.float32]] = deque()
        self._held = 0
        self._most = round(PENDING_S * vad.rate)
        self._dropping = False
        self._loop = (
            asyncio.get_running_loop()
        )  # looked up once: it is a system call, and there are fifty frames a second
        self.fed_at = self._loop.time()
        self.closed = False

    @property
    def ready(self) -> bool:
        """Whether a whole window waits to be judged."""
        return self._held >= self._vad.window

    @property
    def behind_s(self) -> float:
        """Seconds of sound that wait to be judged."""
        return self._held / self._vad.rate

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples, float32 of shape ``(n,)``, at the rate of the :class:`LiveVad`."""
        self.fed_at = self._loop.time()
        self.append(samples)

    def append(self, samples: NDArray[np.float32]) -> None:
        """Take samples the line did not bring, after those it did."""
        if self.closed:
            return
        if dropping := self._held + len(samples) > self._most:
            if not self._dropping:
                _log.warning("A call brings sound faster than it can be listened to: some of it is dropped")
        else:
            self._pending.append(samples)
            self._held += len(samples)
            if self.ready:
                self._vad.filled()
        self._dropping = dropping

    def take(self) -> NDArray[np.float32]:
        """The oldest window, which is then no longer pending."""
        window, filled = np.empty(self._vad.window, np.float32), 0
        while filled < len(window):
            samples = self._pending.popleft()
            part = samples[: len(window) - filled]
            window[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) < len(samples):
                self._pending.appendleft(samples[len(part) :])
        self._held -= len(window)
        return window

    def close(self) -> None:
        """The call is over."""
        self._vad.close(self)


def _tell_if_failed(ticking: asyncio.Task[None]) -> None:
    if not ticking.cancelled() and (error := ticking.exception()):
        _log.error("Voice activity stopped; it begins again with the next call", exc_info=error)
