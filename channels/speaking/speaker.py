"""Our side of a live line: sentences sent at the pace they are played, held, resumed and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from emads_voice.channels.live_events import Cut, LiveEvent, Saying
from emads_voice.channels.transport import Samples, Transport

from .playout import PlayoutLedger, Sentence

_log = logging.getLogger(__name__)

LEAD_S = 0.3
"""Sound sent ahead of its playing: enough to bridge network jitter, little enough to lose to a clear."""

CHUNK_S = 0.1
"""Sound per message: five telephone frames. Of a sentence still being synthesised, nothing is sent before this much is
there, or it would stutter."""

MARK_PATIENCE_S = 2.0
"""How much later than expected a mark may come back before the sentence counts as played without it."""

_REMEMBERED = 4  # sentences of which an echo may come back
ECHO_S = 0.6
"""An echo returns within this, over the worst telephone lines."""


class Speaker:
    """Speaks on one transport. What it is told takes effect at once; one task alone writes to the line, in order."""

    def __init__(
        self,
        transport: Transport,
        *,
        on_tell: Callable[[LiveEvent], None] = lambda _: None,
        on_phrase: Callable[[Sentence], None] = lambda _: None,
    ) -> None:
        """Begin; inside the event loop. ``on_tell`` is told whatever the line is, ``on_phrase`` of a phrase by itself
        as it begins to be said."""
        self._transport = transport
        self._on_tell = on_tell
        self._on_phrase = on_phrase
        self._ledger = PlayoutLedger()
        self._waiting: deque[Sentence] = deque()
        self._sending: Sentence | None = None
        self._sent: deque[str] = deque(maxlen=_REMEMBERED)  # the words of sentences
        self._told: deque[str] = deque(maxlen=_REMEMBERED)  # since the caller's last turn
        self._mark = ""  # to follow what is being sent
        self._held = False
        self._resumable = False  # whether what was cut last waits to go on
        self._clearing = False
        self._stops = 0
        self._loop = asyncio.get_running_loop()  # looked up once: it is a system call
        self._head = self._now()  # when everything sent so far will have been played
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._settled = asyncio.Event()
        self._levels: deque[tuple[float, float]] = deque()  # (played until, loudness)
        self._pump = asyncio.create_task(self._run())

    @property
    def busy(self) -> bool:
        """Whether something said is still to be played; also while held."""
        return bool(self._waiting or self._ledger.pending)

    @property
    def held(self) -> bool:
        """Whether the other side has the floor: what is said now waits."""
        return self._held

    @property
    def left(self) -> str:
        """The words that wait to be sent; while held, all that is still to be said."""
        return "".join(sentence.text[len(sentence.played) :] for sentence in self._waiting)

    @property
    def left_of_sentence(self) -> str:
        """The words that are left of the sentence that was cut, while held."""
        return self._waiting[0].text[len(self._waiting[0].played) :] if self._waiting else ""

    def played_within(self, seconds: float) -> str:
        """The sentence that was played last, if that was so short a while ago; else ""."""
        played = self._ledger.last_played
        return played[0] if played and self._now() - played[1] <= seconds else ""

    @property
    def lately(self) -> str:
        """The words of the last sentences that were sent, and of those that wait."""
        return " ".join([*self._sent, *(sentence.text for sentence in self._waiting)])

    @property
    def last(self) -> str:
        """The words of the last sentence that was sent; "" if there is none."""
        return self._sent[-1] if self._sent else ""

    @property
    def told(self) -> str:
        """The words of what was sent since the caller's last turn: a question may stand before the last of them."""
        return " ".join(words.strip() for words in self._told)

    def turns_over(self) -> None:
        """The caller has had a turn: what they say next answers what we say from now on."""
        self._told.clear()

    @property
    def quiet_since(self) -> float:
        """When the last sound was, or will be, over, by the event loop's clock."""
        return self._head

    def loudness(self) -> float:
        """Root mean square of what the other side may be hearing, or sending back as an echo, right now."""
        now = self._now()
        while self._levels and self._levels[0][0] + ECHO_S < now:
            self._levels.popleft()
        return max((level for _, level in self._levels), default=0.0)

    def tell(self, event: LiveEvent) -> None:
        """Tell the line what goes on."""
        self._on_tell(event)
        self._transport.tell(event)

    def say(self, sentence: Sentence) -> None:
        """Append a sentence to what is to be said. Whoever makes it grow tells by :meth:`grown`."""
        self._waiting.append(sentence)
        self._changed.set()

    def grown(self, sentence: Sentence) -> None:
        """There is more of a sentence, or no more will come."""
        if sentence is self._next and not _short(sentence):
            self._changed.set()

    def take_back(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """Take these sentences back as far as possible: drop those not yet begun, cut the one being sent to the sound
        it has.

        Returns:
            Those that could not be dropped.
        """
        self._waiting = deque(sentence for sentence in self._waiting if sentence not in sentences)
        if self._sending and self._sending in sentences and not self._sending.whole:
            self._sending.break_off()
        self._changed.set()
        self._settle()
        return [sentence for sentence in sentences if sentence.sent or sentence.over]

    def hold(self) -> None:
        """Fall silent, ready to go on from the word that was cut."""
        if not self._held:
            self._held = self._resumable = True
            self._waiting.extendleft(reversed(self._cut()))
            self._settle()

    def resume(self) -> None:
        """Go on after :meth:`hold`."""
        self._held = False
        self._changed.set()

    def again(self, sentences: Sequence[Sentence]) -> None:
        """Say these sentences, which were played or cut, from their beginning, before whatever waits; while held."""
        for sentence in reversed(sentences):
            if sentence.over:
                self._waiting.appendleft(Sentence(sentence.text, sentence.rate, sentence.samples, whole=True))
            else:
                sentence.sent = 0
        self._changed.set()

    def begin_sentence(self, change: Callable[[Samples, int], Samples] | None = None) -> None:
        """Say the sentence that was cut from its beginning; what waits is changed first, if need be. While held."""
        if change:
            for sentence in self._waiting:
                sentence.change(change)
        if self._waiting:
            self._waiting[0].sent = 0

    def say_first(self, sentence: Sentence) -> None:
        """Say a sentence before whatever waits."""
        self._waiting.appendleft(sentence)
        self._changed.set()

    def stop(self) -> None:
        """Fall silent and forget the rest. Whoever has the floor keeps it."""
        self._cut()
        self._waiting.clear()
        self._resumable = False
        self._stops += 1
        self._settle()

    def played(self, samples: int) -> None:
        """The line knows how much had been played when it was cleared last, in samples since it opened."""
        before = self._ledger.cut_sentences
        left = self._ledger.settle(samples)
        if left is None:  # it goes on already
            return
        if self._resumable:
            self._waiting = deque([*left, *(each for each in self._waiting if each not in before)])
        self.tell(Cut(self._ledger.unplayed))

    def mark_returned(self, mark: str) -> None:
        """A mark came back from the line."""
        self._ledger.returned(mark, self._now())
        self._settle()

    async def room(self, sentences: int) -> None:
        """Returns once fewer than so many sentences wait to be sent."""
        while len(self._waiting) >= sentences:
            self._taken.clear()
            await self._taken.wait()

    async def drained(self) -> None:
        """Returns once everything said was played, or was stopped; marks that never return are not waited for."""
        stops = self._stops
        while self.busy and self._stops == stops:
            self._settled.clear()
            overdue_at = self._head + MARK_PATIENCE_S
            try:
                async with asyncio.timeout_at(max(overdue_at, self._now() + CHUNK_S)):
                    await self._settled.wait()
            except TimeoutError:
                if not self._waiting and not self._sending and self._head + MARK_PATIENCE_S <= overdue_at:
                    self._ledger.assume_played()
                    self._settle()

    async def close(self) -> None:
        """The call is over."""
        self._pump.cancel()
        await asyncio.wait([self._pump])

    @property
    def _next(self) -> Sentence | None:
        return self._sending or (self._waiting[0] if self._waiting else None)

    def _cut(self) -> list[Sentence]:
        if not (self._ledger.pending or self._sending):
            return []
        now = self._now()
        self._sending, self._clearing, self._head = None, True, now
        self._levels = deque((min(until, now), level) for until, level in self._levels)
        self._changed.set()
        left = self._ledger.cut(now)
        self.tell(Cut(self._ledger.unplayed))
        return left

    def _settle(self) -> None:
        self._taken.set()
        if not self.busy:
            self._settled.set()

    def _now(self) -> float:
        return self._loop.time()

    async def _run(self) -> None:
        while True:
            try:
                await self._step()
            except Exception:  # a line that is gone is silent; anything else is a bug, and the call goes on
                _log.exception("What was being said could not be sent")
                self.stop()

    async def _step(self) -> None:
        """Do the next thing there is to do, or wait for one."""
        self._changed.clear()
        if self._clearing:
            self._clearing = False
            await self._transport.clear()
        elif self._held or not (sentence := self._next) or _short(sentence):
            await self._changed.wait()
        elif (ahead_s := self._head - self._now() - LEAD_S) > 0.001:  # a timer is no finer
            due = self._loop.call_later(ahead_s, self._changed.set)
            try:
                await self._changed.wait()
            finally:
                due.cancel()
        else:
            await self._send(sentence)

    async def _send(self, sentence: Sentence) -> None:
        begins_at = max(self._now(), self._head)
        if self._sending is None:
            self._sending = self._waiting.popleft()
            self._mark = self._ledger.begin(sentence, begins_at)
            self._sent.append(sentence.text)
            self._told.append(sentence.text)
            self._taken.set()
            if sentence.phrase:
                self._on_phrase(sentence)
            self.tell(Saying(sentence.text[len(sentence.played) :]))
        else:
            self._ledger.fell_silent(begins_at - self._head)
        samples = sentence.samples[sentence.sent : sentence.sent + _chunk(sentence)]
        if len(samples):
            sentence.sent += len(samples)
            self._ledger.sent(len(samples))
            self._head = begins_at + len(samples) / sentence.rate
            self._levels.append((self._head, _rms(samples)))
            await self._transport.play(samples)
        all_sent = sentence.whole and sentence.sent >= len(sentence.samples)
        if all_sent and self._sending is sentence:  # else it was cut meanwhile
            self._sending = None
            await self._transport.mark(self._mark)


def _chunk(sentence: Sentence) -> int:
    return round(CHUNK_S * sentence.rate)


def _short(sentence: Sentence) -> bool:
    """Whether its sound is still being made and there is not enough of it to send."""
    return not sentence.whole and (
        sentence.changing or len(sentence.samples) - sentence.sent < _chunk(sentence)
    )


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
