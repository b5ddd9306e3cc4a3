"""What we say of our own accord, between turns and beside them: greetings, apologies, questions of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emads_voice.graph.phrases import Phrase, phrase
from emads_voice.observability import attributes, new_trace, span
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

    def __init__(
        self, synthesizer: Synthesizer, speaker: Speaker, rate: int, language: Language, thread_id: str
    ) -> None:
        """``rate`` is that of the line, ``thread_id`` the conversation as its spans name it."""
        self.language = language
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._thread_id = thread_id
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
        with self._trace(which):
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
        with self._trace(which):
            return await voiced(self._synthesizer, text, language=language, rate=self._rate)

    @contextmanager
    def _trace(self, which: Phrase) -> Iterator[None]:
        with new_trace(), span(f"say {which}", {attributes.CONVERSATION_ID: self._thread_id}):
            yield
