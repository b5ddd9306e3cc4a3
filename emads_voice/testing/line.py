"""A telephone line with a scripted caller at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from numpy.typing import NDArray

from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.transport import Briefing, Digit, Event, HungUp, MarkReturned, Samples, Sound
from emads_voice.voice.activity.vad import VadMemory

FRAME_S = 0.02


class LoudnessVad:
    """Takes whatever is loud for speech: a stand-in for Silero where voices are tones."""

    def step(
        self, windows: NDArray[np.float32], memory: VadMemory, rate: int
    ) -> tuple[NDArray[np.float32], VadMemory]:
        """1 for each window with sound in it, else 0."""
        return (np.abs(windows).max(axis=1) > 0.01).astype(np.float32), memory


class ScriptedLine:
    """A :class:`~emads_voice.channels.transport.Transport` whose caller is a coroutine of yours.

    The caller's side: await :meth:`speak`, :meth:`wait`, :meth:`until_answered`, :meth:`until_quiet`; call
    :meth:`press`, :meth:`bring`, :meth:`hang_up_caller`. The line plays what it is sent in time, returns marks when
    what was sent before has been played and all pending ones on a clear, as Twilio does.

    Attributes:
        played: (time, seconds) of each stretch of sound the caller was played.
        clears: times at which the line was cleared.
        transferred: where the caller was transferred to; "" if nowhere.
        briefed: what whoever takes over is told first; "" if nothing.
        recorded: the consent under which the call is recorded; "" if it is not.
        told: what the line was told of the conversation.
        recording_paused: whether the recording pauses now.
        keys_recorded: the keys that were pressed while it did not.
    """

    def __init__(
        self, rate: int = 8_000, *, echo: float = 0.0, returns_marks: bool = True, sends_silence: bool = True
    ) -> None:
        """
        Args:
            rate: of the line.
            echo: the part of what is played that comes back on the caller's side.
            returns_marks: whether marks come back at all.
            sends_silence: whether anything is sent while the caller is silent.
        """
        self._rate = rate
        self._echo = echo
        self._returns_marks = returns_marks
        self._sends_silence = sends_silence
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._loud_until = 0.0
        self._loudness = 0.3
        self._playing_until = 0.0
        self._playing: list[tuple[float, Samples]] = []
        self._marks: dict[str, asyncio.TimerHandle | None] = {}
        self._gone = False
        self.played: list[tuple[float, float]] = []
        self.clears: list[float] = []
        self.transferred = ""
        self.briefed = ""
        self.recorded = ""
        self.told: list[LiveEvent] = []
        self.recording_paused = False
        self.keys_recorded = ""

    # The transport.

    @property
    def rate(self) -> int:
        return self._rate

    async def events(self) -> AsyncIterator[Event]:
        frames = asyncio.create_task(self._frames())
        try:
            while True:
                event = await self._inbox.get()
                yield event
                if isinstance(event, HungUp):
                    return
        finally:
            frames.cancel()

    async def play(self, samples: Samples) -> None:
        start = max(self._now(), self._playing_until)
        self._playing_until = start + len(samples) / self._rate
        self._playing.append((start, samples))
        self.played.append((start, len(samples) / self._rate))

    async def mark(self, name: str) -> None:
        timer = None
        if self._returns_marks:
            delay = max(0.0, self._playing_until - self._now())
            timer = asyncio.get_running_loop().call_later(delay, self._return, name)
        self._marks[name] = timer

    async def clear(self) -> None:
        now = self._now()
        self.clears.append(now)
        self.played = [(start, min(length, now - start)) for start, length in self.played if start < now]
        self._playing = [
            (start, samples[: round((now - start) * self._rate)])
            for start, samples in self._playing
            if start < now
        ]
        self._playing_until = now
        for name, timer in list(self._marks.items()):
            if timer:
                timer.cancel()
                self._return(name)

    def tell(self, event: LiveEvent) -> None:
        self.told.append(event)

    async def hang_up(self) -> None:
        self._gone_because("we hung up")

    async def brief(self, briefing: Briefing) -> None:
        self.briefed = briefing.text

    async def transfer(self, to: str) -> None:
        self.transferred = to
        self._gone_because("transferred")

    async def record(self, *, consent: str) -> None:
        self.recorded = consent

    async def pause_recording(self, paused: bool) -> None:
        self.recording_paused = paused

    # The caller.

    async def speak(self, seconds: float, loudness: float = 0.3) -> None:
        """Speak for so long."""
        self._loud_until, self._loudness = self._now() + seconds, loudness
        await asyncio.sleep(seconds)

    async def wait(self, seconds: float) -> None:
        """Be silent for so long."""
        await asyncio.sleep(seconds)

    async def until_answered(self, timeout_s: float = 30.0) -> None:
        """Wait until something is played."""
        async with asyncio.timeout(timeout_s):
            while self._playing_until <= self._now():
                await asyncio.sleep(FRAME_S)

    async def until_quiet(self, for_s: float = 1.0, timeout_s: float = 120.0) -> None:
        """Wait until nothing has been played for so long."""
        async with asyncio.timeout(timeout_s):
            while self._now() - self._playing_until < for_s:
                await asyncio.sleep(FRAME_S)

    def press(self, digit: str) -> None:
        """Press a key."""
        if not self.recording_paused:
            self.keys_recorded += digit
        self.bring(Digit(digit))

    def bring(self, event: Event) -> None:
        """Something comes down the line as it is, at once: sound in a bunch, say."""
        self._inbox.put_nowait(event)

    def hang_up_caller(self) -> None:
        """Put down the receiver."""
        self._gone_because("the caller hung up")

    @property
    def played_s(self) -> float:
        """Seconds of sound played to the caller, or that will be if nothing clears it."""
        return sum(length for _, length in self.played)

    @property
    def sound(self) -> Samples:
        """What was played to the caller, or will be if nothing clears it, without the silence in between."""
        return np.concatenate([np.zeros(0, np.float32), *(samples for _, samples in self._playing)])

    async def _frames(self) -> None:
        loop, count = asyncio.get_running_loop(), round(FRAME_S * self._rate)
        tone = np.sin(np.arange(count) * 0.3).astype(np.float32)
        due = loop.time()
        while True:
            due += FRAME_S
            await asyncio.sleep(due - loop.time())
            loud = due <= self._loud_until + 1e-9
            if not (loud or self._sends_silence):
                continue
            frame = tone * self._loudness if loud else np.zeros(count, np.float32)
            if self._echo:
                frame = frame + self._played_at(due, count) * self._echo
            self._inbox.put_nowait(Sound(frame.astype(np.float32)))

    def _played_at(self, now: float, count: int) -> Samples:
        for start, samples in self._playing:
            if start <= now < start + len(samples) / self._rate:
                return np.full(count, np.sqrt(np.mean(np.square(samples))), np.float32)
        return np.zeros(count, np.float32)

    def _return(self, name: str) -> None:
        if self._marks.pop(name, None) is not None:
            self._inbox.put_nowait(MarkReturned(name))

    def _gone_because(self, reason: str) -> None:
        if not self._gone:
            self._gone = True
            self._inbox.put_nowait(HungUp(reason))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
