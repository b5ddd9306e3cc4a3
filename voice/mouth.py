"""The seam by which a turn speaks: only what a node hands to the mouth is ever spoken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .audio import Audio
from .errors import SynthesisError, VoiceError
from .languages import Language
from .sentences import SentenceStream
from .spans import speaking
from .speakable import speakable
from .synthesizer import Synthesizer

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
        heard: what was said of it; a prefix of ``text`` unless the answer was rephrased on the way.
        language: what it was spoken in.
        duration_s: length of the sound, pauses included; 0 where there is none.
        interrupted: whether it was stopped before its end.
        error: why the rest was not spoken, "" if nothing failed.
    """

    text: str
    heard: str
    language: Language
    duration_s: float = 0.0
    interrupted: bool = False
    error: str = ""


@runtime_checkable
class Mouth(Protocol):
    """What one turn speaks with. Markup is taken out and sentences are formed here, not by the caller."""

    @property
    def first_audio_at(self) -> float | None:
        """When the first sound of the turn was ready, in seconds of ``time.monotonic``; None: there was none yet."""

    def feed(self, text: str, *, language: Language) -> None:
        """Take the next piece of an answer while it is being generated; never blocks."""

    async def finish(self, text: str, *, language: Language) -> Speech:
        """Speak what is left and return when everything was spoken, or :meth:`stop` was called.

        Args:
            text: the whole answer. What was fed is a prefix of it.
            language: what the answer is written in.
        """

    async def stop(self) -> str:
        """Fall silent at once; return what was heard. What is fed later is not spoken."""


class SilentMouth:
    """Speaks nothing: the answer is read, and so counts as heard."""

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
    recording.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        *,
        voice: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a synthesiser, one of its voices (None: the one for the language) and a clock in seconds."""
        self._synthesizer = synthesizer
        self._voice = voice
        self._clock = clock
        self._pieces: list[Audio] = []
        self._answer: _Answer | None = None
        self._stopped = False
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
        if self._stopped:
            return
        if self._answer is None or self._answer.closed:
            self._answer = answer = _Answer(language, len(self._pieces))
            answer.task = asyncio.create_task(self._speak(answer))
        self._answer.push(text)

    async def finish(self, text: str, *, language: Language) -> Speech:
        """See :meth:`Mouth.finish`. A failing synthesiser is told of in ``Speech.error``, not raised."""
        if self._answer and not self._answer.closed:
            rest = _rest(self._answer.text, text)
            if rest is None:  # rephrased on the way: nobody has listened to the recording yet
                await self._discard(self._answer)
        else:
            rest = None
        self.feed(text if rest is None else rest, language=language)
        answer = self._answer
        if answer is None:  # stopped before anything was fed
            return Speech(text, "", language, interrupted=True)
        answer.close()
        try:
            await asyncio.wait([answer.task])
        finally:
            await answer.cancel()
        if not answer.task.cancelled():
            answer.task.result()  # an error that is not a voice's is a bug, and is raised
        duration_s = sum(piece.duration_s for piece in self._pieces[answer.first_piece :])
        return Speech(text, answer.heard, answer.language, duration_s, answer.task.cancelled(), answer.error)

    async def stop(self) -> str:
        """See :meth:`Mouth.stop`. Sentences that are whole in the recording count as heard."""
        self._stopped = True
        answer = self._answer
        if answer is None:
            return ""
        await answer.cancel()
        return answer.heard

    async def _discard(self, answer: _Answer) -> None:
        await answer.cancel()
        answer.close()
        del self._pieces[answer.first_piece :]
        if not self._pieces:
            self.first_audio_at = None

    async def _speak(self, answer: _Answer) -> None:
        try:
            while (sentence := await answer.sentences.get()) is not None:
                if words := speakable(sentence):
                    with speaking(self._synthesizer.name, answer.language):
                        await self._say(words, answer.language)
                answer.spoken += sentence
        except VoiceError as error:
            answer.error = str(error)

    async def _say(self, words: str, language: Language) -> None:
        pause_s = max(0, PAUSE_S - _quiet_end_s(self._pieces[-1])) if self._pieces else 0
        left_s = MAX_SPEECH_S - self.duration_s
        async for piece in self._synthesizer.synthesize(words, language=language, voice=self._voice):
            if not len(piece.samples):
                continue
            if pause_s:
                self._pieces.append(Audio.silence(pause_s, piece.rate))
            left_s -= pause_s + piece.duration_s
            pause_s = 0
            if left_s < 0:
                raise SynthesisError(f"The answer takes more than {MAX_SPEECH_S / 60:.0f} minutes to say.")
            if self.first_audio_at is None:
                self.first_audio_at = self._clock()
            self._pieces.append(piece)


class _Answer:
    """One answer on its way through the mouth."""

    task: asyncio.Task[None]

    def __init__(self, language: Language, first_piece: int) -> None:
        self.language = language
        self.first_piece = first_piece
        self.text = ""
        self.spoken = ""
        self.error = ""
        self.closed = False
        self.sentences: asyncio.Queue[str | None] = asyncio.Queue()
        self._splitter = SentenceStream(language.base_code)

    @property
    def heard(self) -> str:
        return self.spoken.strip()

    def push(self, text: str) -> None:
        self.text += text
        for sentence in self._splitter.push(text):
            self.sentences.put_nowait(sentence)

    def close(self) -> None:
        self.closed = True
        for sentence in self._splitter.flush():
            self.sentences.put_nowait(sentence)
        self.sentences.put_nowait(None)

    async def cancel(self) -> None:
        if not self.task.done():
            self.task.cancel()
            await asyncio.wait([self.task])


def _quiet_end_s(piece: Audio) -> float:
    loud = np.flatnonzero(np.abs(piece.samples) >= QUIET)
    return (len(piece.samples) - 1 - loud[-1]) / piece.rate if len(loud) else piece.duration_s


def _rest(fed: str, text: str) -> str | None:
    """What of ``text`` was not fed; None if it does not begin with what was. Spaces at the ends are free."""
    fed, text = fed.lstrip(), text.lstrip()
    if text.startswith(fed):
        return text[len(fed) :]
    return "" if text.rstrip() == fed.rstrip() else None
