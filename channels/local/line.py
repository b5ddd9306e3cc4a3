"""A conversation with whoever sits at this machine: :class:`~emads_voice.channels.transport.Transport` without a wire.

The microphone brings sound to :meth:`LocalLine.hear`, in the event loop; the loudspeaker takes what it plays next
with :meth:`LocalLine.fill`, in a thread of its own. So a mark comes back when the sound before it has left the
loudspeaker.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import numpy as np

from emads_voice.channels.errors import RecordingError, TransferError
from emads_voice.channels.transport import Digit, Event, HungUp, MarkReturned, Samples, Sound
from emads_voice.voice.sound.live_resampling import LiveResampler

from .playout import Passed, PlayoutQueue

RATE = 16_000
"""Of the conversation: what recognisers and voice activity hear."""

KEYS = "0123456789*#"


class LocalLine:
    """One line, made inside the event loop.

    Attributes:
        rate: of the conversation.
        muted: whether silence is heard in place of the microphone.
        level: loudness of what was heard last, as a root mean square; 0 while muted.
    """

    rate = RATE

    def __init__(self, *, heard_at: int = RATE, played_at: int = RATE) -> None:
        """The rates of the microphone and of the loudspeaker, in samples per second."""
        self.muted = False
        self.level = 0.0
        self._hearing = LiveResampler(heard_at, RATE)
        self._played_at = played_at
        self._playing = LiveResampler(RATE, played_at)
        self._queue = PlayoutQueue()
        self._underway: dict[str, asyncio.TimerHandle] = {}  # marks whose sound is in the loudspeaker
        self._events: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._gone = ""

    @property
    def gone(self) -> str:
        """Why the line is gone; "" as long as it is not."""
        return self._gone

    @property
    def quiet(self) -> bool:
        """Whether everything was played."""
        return self._queue.empty and not self._underway

    @property
    def loudness(self) -> float:
        """How loud what is being played is, as a root mean square."""
        return self._queue.loudness

    def hear(self, samples: Samples) -> None:
        """The microphone's next sound, at its rate."""
        samples = self._hearing.resample(samples)
        if self.muted:
            samples = np.zeros_like(samples)
        self.level = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else self.level
        self._bring(Sound(samples))

    def press(self, key: str) -> None:
        """A key of a telephone's keypad: 0-9, * or #."""
        if key in KEYS:
            self._bring(Digit(key))

    def fill(self, block: Samples, delay_s: float) -> None:
        """Fill the loudspeaker's next block, at its rate; in any thread. It will be heard so much later."""
        for passed in self._queue.take(block):
            self._loop.call_soon_threadsafe(self._passed, passed, delay_s)

    def lose(self, reason: str) -> None:
        """The line is gone."""
        if not self._gone:
            self._bring(HungUp(reason))
            self._gone = reason

    async def events(self) -> AsyncIterator[Event]:
        while True:
            while not self._events:
                self._arrived.clear()
                await self._arrived.wait()
            event = self._events.popleft()
            yield event
            if isinstance(event, HungUp):
                return

    async def play(self, samples: Samples) -> None:
        self._queue.add(self._playing.resample(samples))

    async def mark(self, name: str) -> None:
        self._queue.mark(name)

    async def clear(self) -> None:
        self._playing = LiveResampler(RATE, self._played_at)
        dropped = self._queue.clear()
        for name, timer in list(self._underway.items()):
            timer.cancel()
            self._return(name)
        for name in dropped:
            self._bring(MarkReturned(name))

    async def hang_up(self) -> None:
        self.lose("we hung up")

    async def transfer(self, to: str) -> None:
        raise TransferError("Nobody can be put through to a microphone: a telephone line can hand over.")

    async def record(self, *, consent: str) -> None:
        raise RecordingError("Conversations at a microphone are not recorded.")

    def _bring(self, event: Event) -> None:
        if not self._gone:
            self._events.append(event)
            self._arrived.set()

    def _passed(self, passed: Passed, delay_s: float) -> None:
        after_s = delay_s + passed.offset / self._played_at
        self._underway[passed.name] = self._loop.call_later(after_s, self._return, passed.name)

    def _return(self, name: str) -> None:
        self._underway.pop(name, None)
        self._bring(MarkReturned(name))
