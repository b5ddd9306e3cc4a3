"""The seam by which a turn speaks: only what a node hands to the mouth is ever spoken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .delivery import Delivery
from .errors import SynthesisError
from .languages import Language
from .sound.audio import Audio
from .spans import Synthesis, speaking
from .synthesizer import Synthesizer
from .text.answer import SpokenSentence

PAUSE_S = 0.2
"""Between sentences, the silence that a voice itself leaves at their ends included (Piper's: 0.18 s).
Speakers pause 0.15-0.25 s where they do not stop to think."""

QUIET = 0.01
"""-40 dBFS: what is below is silence between words."""

MAX_SPEECH_S = 600.0
"""A recording ends here (53 MB of samples at 22 050 Hz): nobody listens to an answer this long."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How an answer was spoken.

    Attributes:
        text: what was to be said.
        played: what was said of it; a prefix of ``text`` unless the answer was replaced on the way.
        language: what it was spoken in.
        duration_s: length of the sound, pauses included; 0 where there is none.
        interrupted: whether it was stopped before its end.
        error: why the rest was not spoken, "" if nothing failed.
    """

    text: str
    played: str
    language: Language
    duration_s: float = 0.0
    interrupted: bool = False
    error: str = ""


@runtime_checkable
class Mouth(Protocol):
    """What one turn speaks with. Markup is taken out and sentences are formed here, not by the caller.

    An answer is spoken in the language it was begun in.
    """

    @property
    def first_audio_at(self) -> float | None:
        """When the first sound of the turn was ready, in seconds of ``time.monotonic``; None: there was none yet."""

    def feed(self, text: str, *, language: Language) -> None:
        """Take the next piece of an answer while it is being generated; never blocks.

        An empty one says that the sentence before it is over, though nothing follows it yet.
        """

    async def finish(self, text: str, *, language: Language) -> Speech:
        """Speak what is left and return when everything was spoken, or :meth:`stop` was called.

        What was fed should be a prefix of the answer, white space at the ends aside. If it is not, the answer was
        replaced while it was being spoken, as by an agent that gave up or thought again: the sentences with which both
        begin are not said again; what else was fed is taken back, but for a sentence that somebody has begun to hear;
        and the rest of the answer follows.

        Args:
            text: the whole answer.
            language: what the answer is written in.
        """

    async def stop(self) -> str:
        """Fall silent at once; return what was played. What is fed later is not spoken."""


class SilentMouth:
    """Speaks nothing: the answer is read, which counts as played."""

    first_audio_at = None

    def feed(self, text: str, *, language: Language) -> None:
        """Nothing to do: the answer comes whole with :meth:`finish`."""

    async def finish(self, text: str, *, language: Language) -> Speech:
        """The answer, as read."""
        return Speech(text, text, language)

    async def stop(self) -> str:
        """Nothing was being spoken."""
        return ""


class ClipMouth:
    """Speaks into a recording: sentences are synthesised in order while the answer is still being written.

    It serves one turn, in one event loop. Several answers finished one after the other end up in the same
    recording. Nobody hears a recording before it is finished, so of an answer that was replaced nothing stays in it.
    """

    def __init__(self, synthesizer: Synthesizer, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a synthesiser and a clock in seconds."""
        self._synthesizer = synthesizer
        self._clock = clock
        self._pieces: list[Audio] = []
        self._delivery: Delivery | None = None
        self._stopped = False
        self._starts: list[int] = []  # of the answer's sentences: the piece each begins with,
        self._spoken: list[str] = []  # and those that are whole in the recording
        self.first_audio_at: float | None = None
        """When the first sound was ready, by the clock."""

    @property
    def audio(self) -> Audio | None:
        """What was spoken so far, at the rate of its first piece; None if that is nothing."""
        return Audio.join(self._pieces) if self._pieces else None

    @property
    def duration_s(self) -> float:
        """Seconds spoken so far."""
        return sum(piece.duration_s for piece in self._pieces)

    def feed(self, text: str, *, language: Language) -> None:
        """See :meth:`Mouth.feed`. Called inside the event loop."""
        if delivery := self._begun(language):
            delivery.feed(text)

    async def finish(self, text: str, *, language: Language) -> Speech:
        """See :meth:`Mouth.finish`. A failing synthesiser is told of in ``Speech.error``, not raised."""
        self._begun(language)
        delivery = self._delivery
        if delivery is None or delivery.over:  # stopped before anything of it was fed
            return Speech(text, "", language, interrupted=True)
        before = self._starts[0] if self._starts else len(self._pieces)
        await delivery.finish(text)
        duration_s = sum(piece.duration_s for piece in self._pieces[before:])
        return Speech(text, self._played, delivery.language, duration_s, delivery.stopped, delivery.error)

    def _begun(self, language: Language) -> Delivery | None:
        """The answer that is being spoken, or now begins to be; None if nothing is to be said any more."""
        if self._stopped:
            return None
        if self._delivery is None or self._delivery.over:
            self._delivery = Delivery(language, say=self._say, take_back=self._take_back)
            self._starts, self._spoken = [], []
        return self._delivery

    async def stop(self) -> str:
        """See :meth:`Mouth.stop`. Sentences that are whole in the recording count as played."""
        self._stopped = True
        if self._delivery:
            self._delivery.stop()
            await self._delivery.stopping()
        return self._played

    @property
    def _played(self) -> str:
        return "".join(self._spoken).strip()

    async def _say(self, sentence: SpokenSentence, language: Language) -> None:
        self._starts.append(len(self._pieces))
        if sentence.words:
            with speaking(self._synthesizer.name, language) as synthesis:
                await self._synthesize(sentence.words, language, synthesis)
        self._spoken.append(sentence.text)

    def _take_back(self, kept: int) -> None:
        del self._pieces[self._starts[kept] :], self._starts[kept:], self._spoken[kept:]
        if not self._pieces:
            self.first_audio_at = None

    async def _synthesize(self, words: str, language: Language, synthesis: Synthesis) -> None:
        pause_s = max(0, PAUSE_S - quiet_end_s(self._pieces[-1])) if self._pieces else 0
        left_s = MAX_SPEECH_S - self.duration_s
        async for piece in self._synthesizer.synthesize(words, language=language):
            if not len(piece.samples):
                continue
            synthesis.sounds(piece.duration_s)
            if pause_s:
                self._pieces.append(Audio.silence(pause_s, piece.rate))
            left_s -= pause_s + piece.duration_s
            pause_s = 0
            if left_s < 0:
                raise SynthesisError(
                    f"The answer takes more than {MAX_SPEECH_S / 60:.0f} minutes to say: "
                    "let the agent answer in fewer words."
                )
            if self.first_audio_at is None:
                self.first_audio_at = self._clock()
            self._pieces.append(piece)


def quiet_end_s(piece: Audio) -> float:
    """Seconds of silence at the end of a piece of speech."""
    loud = np.flatnonzero(np.abs(piece.samples) >= QUIET)
    return (len(piece.samples) - 1 - loud[-1]) / piece.rate if len(loud) else piece.duration_s
