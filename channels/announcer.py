"""What we say of our own accord, between turns and beside them: greetings, apologies, questions of ours."""

from __future__ import annotations

from emads_voice.graph.phrases import Phrase, phrase
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Speech
from emads_voice.voice.synthesizer import Synthesizer

from .live_mouth import LiveMouth, voiced
from .playout import Line
from .speaker import Speaker


class Announcer:
    """Says one phrase at a time.

    Attributes:
        language: the language the conversation is held in, as far as it is known.
    """

    def __init__(self, synthesizer: Synthesizer, speaker: Speaker, rate: int, language: Language) -> None:
        """``rate`` is that of the line."""
        self.language = language
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._saying: LiveMouth | None = None
        self._last: LiveMouth | None = None

    @property
    def busy(self) -> bool:
        """Whether a phrase is being said."""
        return self._saying is not None

    @property
    def asked(self) -> bool:
        """Whether the last phrase was a question, and was heard as far as its question mark."""
        return self._last is not None and any(mark in self._last.heard for mark in "?？")

    async def say(self, which: Phrase) -> Speech:
        """Say a phrase; returns when it was heard to its end, or stopped. See :meth:`LiveMouth.finish`."""
        text, language = phrase(which, self.language)
        mouth = self._saying = self._last = LiveMouth(self._synthesizer, self._speaker, self._rate)
        speech = await mouth.finish(text, language=language)
        if self._saying is mouth:
            self._saying = None
        return speech

    async def stop(self) -> None:
        """Fall silent at once."""
        saying, self._saying = self._saying, None
        if saying:
            await saying.stop()

    async def prepare(self, which: Phrase) -> Line:
        """A phrase that may be said.

        Raises:
            VoiceError: it cannot be spoken.
        """
        text, language = phrase(which, self.language)
        return await voiced(self._synthesizer, text, language=language, rate=self._rate)
