"""The mouth of a live conversation: sentences are synthesised while the answer is generated, and spoken meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext

from emads_voice.channels.live_events import WordsBegan, WordsEnded
from emads_voice.voice.delivery import Delivery
from emads_voice.voice.errors import SynthesisError, VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.models.cores import unhurried
from emads_voice.voice.mouth import Speech
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.resampling import resampled
from emads_voice.voice.spans import speaking
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text.answer import SpokenSentence

from .manner import Manner
from .playout import Sentence
from .speaker import Speaker

_log = logging.getLogger(__name__)

SENTENCES_QUEUED = 2
"""Sentences that wait on the line with their sound: one to bridge the next synthesis, one for jitter."""

SOUND_WITHIN_S = 10.0
"""A synthesiser of which no sound has come for longer is taken for dead: nobody waits that long for the next."""


class LiveMouth:
    """Speaks one turn's answer through a call's :class:`Speaker`. See :class:`emads_voice.voice.mouth.Mouth`."""

    def __init__(
        self, synthesizer: Synthesizer, speaker: Speaker, rate: int, manner: Manner | None = None
    ) -> None:
        """``rate`` is that of the line, in samples per second; ``manner`` how the caller wants it."""
        self._manner = manner or Manner()
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._delivery: Delivery | None = None
        self._spoken: list[Sentence] = []
        self._begun_at = (
            0  # where the sentences of the answer begin: a graph may speak several times in a turn
        )
        self._stopped = False
        self.first_audio_at: float | None = None
        """When the first sound was handed to the line, by the event loop's clock: ``time.monotonic``, but in tests."""
        self.said = False
        """Whether the whole answer was handed to the speaker."""
        self.finished = False
        """Whether the answer was spoken, as far as it could be, and played to its end."""

    @property
    def played(self) -> str:
        """The words of the answer that were played to the caller so far."""
        return "".join(sentence.played for sentence in self._spoken[self._begun_at :]).strip()

    @property
    def begun(self) -> bool:
        """Whether some of the answer was given to it."""
        return self._delivery is not None

    def feed(self, text: str, *, language: Language) -> None:
        """Take the next piece of the answer; inside the event loop."""
        if delivery := self._begun(language):
            delivery.feed(text)

    async def finish(self, text: str, *, language: Language) -> Speech:
        """Speak what is left and wait until all of it was played, or the mouth was stopped.

        A failing synthesiser is told of in ``Speech.error``, not raised; what it had spoken is played first.
        """
        self._begun(language)
        if self._delivery:
            await self._delivery.finish(text)
            self.said = True
            if not self._stopped:
                await self._speaker.drained()
        self.finished = not self._stopped
        self._speaker.tell(WordsEnded())
        spoken_s = sum(len(each.samples) / each.rate for each in self._spoken[self._begun_at :])
        spoken_in, error = (
            (self._delivery.language, self._delivery.error) if self._delivery else (language, "")
        )
        return Speech(text, self.played, spoken_in, spoken_s, self._stopped, error)

    def _begun(self, language: Language) -> Delivery | None:
        """The answer that is being spoken, or now begins to be; None if nothing is to be said any more."""
        if self._stopped:
            return None
        if self._delivery is None or self._delivery.over:
            self._delivery = Delivery(language, say=self._say, take_back=self._take_back)
            self._speaker.tell(WordsBegan())
            self._begun_at = len(self._spoken)
            self.said = self.finished = False
        return self._delivery

    async def stop(self) -> str:
        """Fall silent at once; returns the words that were played."""
        self._stopped = True
        if self._delivery:
            self._delivery.stop()
        self._speaker.stop()
        return self.played

    def again(self) -> None:
        """Begin the answer again with its first sentence; while the speaker is held."""
        self._speaker.again(self._spoken)

    async def _say(self, sentence: SpokenSentence, language: Language) -> None:
        await self._speaker.room(SENTENCES_QUEUED)
        # While one sentence is played the next has time.
        with unhurried() if self._spoken else nullcontext():
            try:
                await voiced(
                    self._synthesizer,
                    sentence,
                    language=language,
                    rate=self._rate,
                    grown=self._hand_over,
                    manner=self._manner,
                )
            except VoiceError:
                raise
            except Exception as error:
                _log.exception("%s failed in a way it should not", self._synthesizer.name)
                raise SynthesisError(f"{type(error).__name__}: {error}") from error

    def _hand_over(self, sentence: Sentence) -> None:
        if self._spoken and self._spoken[-1] is sentence:
            self._speaker.grown(sentence)
            return
        if self.first_audio_at is None and len(sentence.samples):
            self.first_audio_at = asyncio.get_running_loop().time()
        self._spoken.append(sentence)
        self._speaker.say(sentence)

    def _take_back(self, kept: int) -> None:
        kept += self._begun_at
        begun = self._speaker.take_back(self._spoken[kept:])
        self._spoken[kept:] = begun


async def voiced(
    synthesizer: Synthesizer,
    spoken: SpokenSentence,
    *,
    language: Language,
    rate: int,
    grown: Callable[[Sentence], None] = lambda _: None,
    manner: Manner | None = None,
) -> Sentence:
    """A sentence with its sound, at the line's rate; without sound if there is nothing in it to speak.

    Args:
        synthesizer: speaks it.
        spoken: what to speak.
        language: what it is written in.
        rate: of the line, in samples per second.
        grown: told of the sentence each time there is more of its sound, and when it is whole.
        manner: how it is spoken; in another than the usual one its sound is there all at once.

    Raises:
        VoiceError: it cannot be spoken, or no sound came for :data:`SOUND_WITHIN_S`. The part of which there was
            sound has been handed out, as all there will be.
    """
    sentence, usual = Sentence(spoken.text, rate), manner is None or manner.usual
    try:
        if spoken.words:
            with speaking(synthesizer.name, language) as synthesis:
                pieces = synthesizer.synthesize(spoken.words, language=language)
                async for samples in resampled(_in_time(pieces, synthesizer.name), rate):
                    if len(samples):
                        synthesis.sounds(len(samples) / rate)
                        sentence.grow(samples)
                        if usual:
                            grown(sentence)
            if manner and (sentence.changing or not usual):
                sentence.samples = await asyncio.to_thread(manner.applied, sentence.samples, rate)
            if not len(sentence.samples):
                raise SynthesisError(f"{synthesizer.name} made no sound of a sentence: try another voice.")
    except Exception:
        if len(sentence.samples):
            sentence.break_off()
            grown(sentence)
        raise
    sentence.whole = True
    grown(sentence)
    return sentence


async def _in_time(pieces: AsyncIterator[Audio], name: str) -> AsyncIterator[Audio]:
    while True:
        try:
            async with asyncio.timeout(SOUND_WITHIN_S):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise SynthesisError(
                f"{name} made no sound for {SOUND_WITHIN_S:g} s: look whether its server works."
            ) from None
        yield piece
