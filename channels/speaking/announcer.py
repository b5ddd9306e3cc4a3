"""What we say of our own accord, between turns and beside them: greetings, apologies, questions of ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from emads_voice.graph.phrases import another, phrase
from emads_voice.messages import Catalogue, Phrase
from emads_voice.observability import attributes, new_trace, span
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Speech
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text.answer import SpokenSentence
from emads_voice.writing import QUESTION_MARKS

from .live_mouth import LiveMouth, voiced
from .manner import Manner
from .playout import Sentence
from .speaker import Speaker

PENDING_QUESTION = "pending_question"
"""The name of a question that an agent waits to be answered since an earlier call."""


class Announcer:
    """Says one phrase at a time."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        speaker: Speaker,
        rate: int,
        thread_id: Callable[[], str],
        catalogue: Catalogue,
        manner: Manner | None = None,
        on_said: Callable[[str, Speech], Awaitable[None]] | None = None,
    ) -> None:
        """``rate`` is that of the line, ``thread_id`` the conversation as its spans name it, ``on_said`` is told the
        name of what was said, and how."""
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._thread_id = thread_id
        self._catalogue = catalogue
        self._manner = manner or Manner()
        self._on_said = on_said
        self.last: tuple[str, Language] | None = None
        """What was said last, and in which language; None once something else was said."""
        self.for_agent = False
        self._told = ""  # the last thing said, if it is ours
        """Whether the last of it was an agent's question."""
        self._saying: LiveMouth | None = None
        self._last: LiveMouth | None = None

    @property
    def busy(self) -> bool:
        """Whether a phrase is being said."""
        return self._saying is not None

    @property
    def finished(self) -> bool:
        """Whether the last phrase was played to its end."""
        return self._last is not None and self._last.finished

    @property
    def asked(self) -> bool:
        """Whether the last phrase was a question, and was played as far as its question mark."""
        return self._last is not None and any(mark in self._last.played for mark in QUESTION_MARKS)

    @property
    def played(self) -> str:
        """What was played of the last phrase."""
        return self._last.played if self._last else ""

    def mouth(self) -> LiveMouth:
        """What speaks on the same line, in the same manner: for an answer."""
        self._told = ""
        return LiveMouth(self._synthesizer, self._speaker, self._rate, self._manner)

    async def say(self, which: Phrase, language: Language, **values: str) -> Speech:
        """Say a phrase in that language, or in English where we have none for it; in other words where it was the last
        thing that we said.

        Returns when it was played to its end, or stopped. See :meth:`LiveMouth.finish`.
        """
        text, spoken = another(self._catalogue, which, language, after=self._told, **values)
        return await self.say_text(text, spoken, which)

    async def say_text(self, text: str, language: Language, name: str) -> Speech:
        """Say something else that is said of our own accord; ``name`` is its span's. See :meth:`say`."""
        mouth = self._saying = self._last = self.mouth()
        self._told = text
        self.last, self.for_agent = (text, language), name == PENDING_QUESTION
        with self._trace(name):
            speech = await mouth.finish(text, language=language)
            if self._on_said:
                await self._on_said(name, speech)
        if self._saying is mouth:
            self._saying = None
        return speech

    def again(self) -> None:
        """Begin the phrase that is being said again; while the speaker is held."""
        if self._saying:
            self._saying.again()

    async def stop(self) -> None:
        """Fall silent at once."""
        saying, self._saying = self._saying, None
        if saying:
            await saying.stop()

    async def prepare(self, which: Phrase, language: Language, **values: str) -> Sentence:
        """A phrase with its sound, to be said or not.

        Raises:
            VoiceError: it cannot be spoken.
        """
        text, spoken = phrase(self._catalogue, which, language, **values)
        with self._trace(which):
            sentence = await voiced(
                self._synthesizer,
                SpokenSentence.of(text, spoken),
                language=spoken,
                rate=self._rate,
                manner=self._manner,
            )
        sentence.phrase = which
        return sentence

    @contextmanager
    def _trace(self, name: str) -> Iterator[None]:
        with new_trace("call"), span(f"say {name}", {attributes.CONVERSATION_ID: self._thread_id()}):
            yield
