"""The mouth of a live conversation: sentences are synthesised while the answer is generated, and spoken meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext

from emads_voice.observability import attributes
from emads_voice.voice.audio import Audio
from emads_voice.voice.cores import unhurried
from emads_voice.voice.errors import SynthesisError, VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Speech
from emads_voice.voice.resampling import resampled
from emads_voice.voice.sentences import SentenceStream
from emads_voice.voice.spans import speaking
from emads_voice.voice.speakable import speakable
from emads_voice.voice.synthesizer import Synthesizer

from .playout import Line
from .speaker import Speaker

_log = logging.getLogger("emads_voice")

AHEAD = 2
"""Sentences synthesised before they are needed: one to bridge the next synthesis, one for jitter."""

SOUND_WITHIN_S = 10.0
"""A synthesiser of which no sound has come for longer is taken for dead: nobody waits that long for the next."""


class LiveMouth:
    """Speaks one turn's answer through a call's :class:`Speaker`. See :class:`emads_voice.voice.mouth.Mouth`."""

    def __init__(
        self, synthesizer: Synthesizer, speaker: Speaker, rate: int, *, voice: str | None = None
    ) -> None:
        """``rate`` is that of the line."""
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._voice = voice
        self._sentences: asyncio.Queue[tuple[str, Language] | None] = asyncio.Queue()
        self._splitter: SentenceStream | None = None
        self._language: Language | None = None
        self._fed = ""
        self._lines: list[Line] = []
        self._error = ""
        self._stopped = False
        self._task: asyncio.Task[None] | None = None
        self.first_audio_at: float | None = None
        """When the first sound was handed to the line, by the event loop's clock: ``time.monotonic``, but in tests."""
        self.said = False
        """Whether the whole answer was handed to the speaker."""
        self.finished = False
        """Whether the answer was spoken, as far as it could be, and heard to its end."""

    @property
    def heard(self) -> str:
        """The words heard so far."""
        return "".join(line.heard for line in self._lines).strip()

    def feed(self, text: str, *, language: Language) -> None:
        """Take the next piece of the answer."""
        if self._stopped:
            return
        if self._splitter is None:
            self._splitter, self._language = SentenceStream(language.base_code), language
            self._task = asyncio.create_task(self._speak())
        self._fed += text
        for sentence in self._splitter.push(text):
            self._sentences.put_nowait((sentence, language))

    async def finish(self, text: str, *, language: Language) -> Speech:
        """Speak what is left and wait until all of it was heard, or the mouth was stopped.

        A failing synthesiser is told of in ``Speech.error``, not raised; what it had spoken is heard first.
        """
        if text.rstrip() != self._fed.rstrip():
            rest = text[len(self._fed) :] if text.startswith(self._fed) else text
            self.feed(rest, language=language)
        if self._splitter and self._task:
            for sentence in self._splitter.flush():
                self._sentences.put_nowait((sentence, language))
            self._sentences.put_nowait(None)
            try:
                await asyncio.wait([self._task])
                self.said = True
                if not self._stopped:
                    await self._speaker.drained()
            finally:
                self._task.cancel()
        self.finished = not self._stopped
        spoken_s = sum(len(line.samples) / line.rate for line in self._lines)
        return Speech(text, self.heard, self._language or language, spoken_s, self._stopped, self._error)

    async def stop(self) -> str:
        """Fall silent at once; returns the words that were heard."""
        self._stopped = True
        if self._task:
            self._task.cancel()
        self._speaker.stop()
        return self.heard

    async def _speak(self) -> None:
        try:
            while (item := await self._sentences.get()) is not None:
                sentence, language = item
                await self._speaker.room(AHEAD)
                # While one sentence is heard the next has time.
                with unhurried() if self._lines else nullcontext():
                    await voiced(
                        self._synthesizer,
                        sentence,
                        language=language,
                        rate=self._rate,
                        voice=self._voice,
                        grown=self._say,
                    )
        except VoiceError as error:
            self._error = str(error)
        except Exception as error:
            _log.exception("%s failed in a way it should not", self._synthesizer.name)
            self._error = f"{type(error).__name__}: {error}"

    def _say(self, line: Line) -> None:
        if self._lines and self._lines[-1] is line:
            self._speaker.grown(line)
            return
        if self.first_audio_at is None and len(line.samples):
            self.first_audio_at = asyncio.get_running_loop().time()
        self._lines.append(line)
        self._speaker.say(line)


async def voiced(
    synthesizer: Synthesizer,
    sentence: str,
    *,
    language: Language,
    rate: int,
    voice: str | None = None,
    grown: Callable[[Line], None] = lambda _: None,
) -> Line:
    """A sentence with its sound, at the line's rate; without sound if there is nothing in it to speak.

    Args:
        synthesizer: speaks it.
        sentence: what to speak.
        language: what it is written in.
        rate: of the line.
        voice: one of the synthesiser's; None: its own for the language.
        grown: told of the sentence each time there is more of its sound, and when it is whole.

    Raises:
        VoiceError: it cannot be spoken, or no sound came for :data:`SOUND_WITHIN_S`. The part of which there was
            sound has been handed out, as all there will be.
    """
    line = Line(sentence, rate)
    try:
        if words := speakable(sentence):
            with speaking(synthesizer.name, language) as current:
                pieces = synthesizer.synthesize(words, language=language, voice=voice)
                async for samples in resampled(_in_time(pieces, synthesizer.name), rate):
                    if len(samples):
                        if not len(line.samples):
                            current.add_event(attributes.FIRST_SOUND)
                        line.grow(samples)
                        grown(line)
    except Exception:
        if len(line.samples):
            line.break_off()
            grown(line)
        raise
    line.whole = True
    grown(line)
    return line


async def _in_time(pieces: AsyncIterator[Audio], name: str) -> AsyncIterator[Audio]:
    while True:
        try:
            async with asyncio.timeout(SOUND_WITHIN_S):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise SynthesisError(f"{name} made no sound for {SOUND_WITHIN_S:g} s.") from None
        yield piece
