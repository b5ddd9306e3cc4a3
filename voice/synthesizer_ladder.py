"""Several synthesisers as one: each language is spoken by the first that can."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Sequence

from .audio import Audio
from .errors import BackendError, LanguageError, SynthesisError, WeightsError
from .languages import Language
from .synthesizer import Synthesizer

logger = logging.getLogger(__name__)

_FAILURES = (SynthesisError, WeightsError, BackendError)


class SynthesizerLadder:
    """Speaks with the first of its rungs that knows the language.

    A rung that fails before its first sound is replaced by the next that knows the language, and the failure
    logged as a warning. One that fails later is not: the text would be heard twice.
    """

    def __init__(self, rungs: Sequence[Synthesizer]) -> None:
        """``rungs`` come best first."""
        self._rungs = tuple(rungs)

    @property
    def name(self) -> str:
        """The names of the rungs, "piper:en_US-joe-medium|espeak"."""
        return "|".join(rung.name for rung in self._rungs)

    @property
    def languages(self) -> Collection[Language]:
        """What any rung can speak."""
        return tuple(dict.fromkeys(language for rung in self._rungs for language in rung.languages))

    async def warm_up(self, language: Language | None = None) -> None:
        """Load the rung that will speak ``language``, or every rung."""
        if language is None:
            for rung in self._rungs:
                await rung.warm_up()
            return
        rungs = self._speaking(language)
        for rung in rungs:
            try:
                await rung.warm_up(language)
                return
            except _FAILURES as error:
                if rung is rungs[-1]:
                    raise
                self._warn(rung, error)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """See :meth:`Synthesizer.synthesize`."""
        rungs = self._speaking(language)
        for rung in rungs:
            spoke = False
            try:
                async for piece in rung.synthesize(text, language=language, voice=voice):
                    spoke = True
                    yield piece
                return
            except _FAILURES as error:
                if spoke or rung is rungs[-1]:
                    raise
                self._warn(rung, error)

    def _speaking(self, language: Language) -> list[Synthesizer]:
        if rungs := [rung for rung in self._rungs if language in rung.languages]:
            return rungs
        known = ", ".join(sorted(known.name for known in self.languages)) or "none"
        raise LanguageError(
            f"No installed voice speaks {language.name} (spoken: {known}): put a Piper voice for it into the"
            " models folder, or name a speech server."
        )

    @staticmethod
    def _warn(rung: Synthesizer, error: Exception) -> None:
        logger.warning("%s cannot speak: %s", rung.name, error)
