"""The seam of speech synthesis: what every synthesiser implements."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Protocol, runtime_checkable

from .languages import Language
from .sound.audio import Audio


@runtime_checkable
class Synthesizer(Protocol):
    """Turns text into sound. Shared by every conversation; never blocks the event loop."""

    @property
    def name(self) -> str:
        """ "provider:model", as it stands in spans."""

    @property
    def languages(self) -> Collection[Language]:
        """The languages it speaks; ``synthesize`` refuses another rather than mispronounce it."""

    async def warm_up(self, language: Language | None = None) -> None:
        """Load what the first call would load: the voice for ``language``, or for all its languages.

        Raises:
            WeightsError, BackendError: it cannot be loaded; the message says what to do.
        """

    def synthesize(self, text: str, *, language: Language, voice: str | None = None) -> AsyncIterator[Audio]:
        """Speak a text, yielding sound as it becomes ready, each piece at the voice's own rate.

        Args:
            text: plain words, one or more sentences, no markup.
            language: what the text is written in.
            voice: one of the backend's voices by its name; None takes the one for the language.

        Raises:
            LanguageError: it cannot speak ``language``.
            SynthesisError: the model or its server failed, or there is no such voice.
        """
