"""A conversation with whoever sits at this machine: :class:`~emads_voice.channels.transport.Transport` without a wire.

The microphone brings sound to :meth:`LocalLine.hear`, in the event loop; the loudspeaker takes what it plays next
with :meth:`LocalLine.fill`, in a thread of its own. So a mark comes back when the sound before it has left the
loudspeaker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import numpy as np

from emads_voice.channels.errors import RecordingError, TransferError
from emads_voice.channels.inbox import Inbox
from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.transport import Digit, Event, MarkReturned, Played, Samples, Sound
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
        ended: why the line is gone; "" as long as it is not.
        broken: whether it is gone because a device is.
    """

    rate = RATE

    def __init__(
        self,
        *,
        heard_at: int = RATE,
        played_at: int = RATE,
        on_event: Callable[[LiveEvent], None] = lambda _: None,
    ) -> None:
        """
        Args:
            heard_at: the microphone's samples per second.
            played_at: the loudspeaker's.
            on_event: told what goes on in the conversation.
        """
        self._on_event = on_event
        self.muted = self.broken = False
        self.level = 0.0
        self.ended = ""
        self._hearing = LiveResampler(heard_at, RATE)
        self._played_at = played_at
        self._playing = LiveResampler(RATE, played_at)
        self._queue = PlayoutQueue()
        self._sent = 0  # samples of the conversation that were to be played
        self._underway: dict[str, asyncio.TimerHandle] = {}  # marks whose sound is in the loudspeaker
        self._inbox = Inbox(RATE)
        self._loop = asyncio.get_running_loop()

    @property
    def gone(self) -> bool:
        """Whether nothing more can be heard or said."""
        return self._inbox.gone

    async def lost(self) -> None:
        """Waits until it is."""
        await self._inbox.lost()

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
        self._inbox.keep(Sound(samples))

    def press(self, key: str) -> None:
        """A key of a telephone's keypad: 0-9, * or #."""
        if key in KEYS:
            self._inbox.keep(Digit(key))

    def fill(self, block: Samples, delay_s: float) -> None:
        """Fill the loudspeaker's next block, at its rate; in any thread. It will be heard so much later."""
        for passed in self._queue.take(block):
            self._loop.call_soon_threadsafe(self._passed, passed, delay_s)

    def lose(self, reason: str, *, broken: bool = False) -> None:
        """The line is gone; ``broken`` if nobody wanted that."""
        if not self._inbox.gone:
            self.ended, self.broken = reason, broken
            self._inbox.lose(reason)

    def events(self) -> AsyncIterator[Event]:
        return self._inbox.events()

    async def play(self, samples: Samples) -> None:
        self._sent += len(samples)
        self._queue.add(self._playing.resample(samples))

    async def mark(self, name: str) -> None:
        self._queue.mark(name)

    async def clear(self) -> None:
        self._playing = LiveResampler(RATE, self._played_at)
        dropped = self._queue.clear()
        # What the loudspeaker has taken already cannot be taken back: it is heard.
        self._inbox.keep(Played(self._sent - round(dropped.samples * RATE / self._played_at)))
        for name, timer in list(self._underway.items()):
            timer.cancel()
            self._return(name)
        for name in dropped.marks:
            self._inbox.keep(MarkReturned(name))

    def tell(self, event: LiveEvent) -> None:
        self._on_event(event)

    async def hang_up(self) -> None:
        self.lose("we hung up")

    async def transfer(self, to: str) -> None:
        raise TransferError("A microphone cannot be put through to anybody: use the telephone.")

    async def record(self, *, consent: str) -> None:
        raise RecordingError(
            "Conversations at a microphone are not recorded: use the telephone where a recording is needed."
        )

    def _passed(self, passed: Passed, delay_s: float) -> None:
        after_s = delay_s + passed.offset / self._played_at
        self._underway[passed.name] = self._loop.call_later(after_s, self._return, passed.name)

    def _return(self, name: str) -> None:
        self._underway.pop(name, None)
        self._inbox.keep(MarkReturned(name))
