"""Several synthesisers as one: each language is spoken by the first that can."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Sequence

from emads_voice.observability import attributes, happened
from emads_voice.voice.errors import BackendError, LanguageError, SynthesisError, WeightsError
from emads_voice.voice.languages import Language
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer

_log = logging.getLogger(__name__)

_FAILURES = (SynthesisError, WeightsError, BackendError)


class FallbackSynthesizer:
    """Speaks with the first of its candidates that knows the language.

    A candidate that fails before its first sound is replaced by the next that knows the language, and the failure
    logged as a warning. One that fails later is not: the text would be heard twice.
    """

    def __init__(self, candidates: Sequence[Synthesizer]) -> None:
        """``candidates`` come best first."""
        self._candidates = tuple(candidates)

    @property
    def name(self) -> str:
        """The names of the candidates, "piper:en_US-joe-medium|espeak"."""
        return "|".join(candidate.name for candidate in self._candidates)

    @property
    def languages(self) -> Collection[Language]:
        """What any candidate can speak."""
        return tuple(
            dict.fromkeys(language for candidate in self._candidates for language in candidate.languages)
        )

    async def warm_up(self, language: Language | None = None) -> None:
        """Load the candidate that will speak ``language``, or every candidate."""
        if language is None:
            for candidate in self._candidates:
                await candidate.warm_up()
            return
        candidates = self._speaking(language)
        for candidate in candidates:
            try:
                await candidate.warm_up(language)
                return
            except _FAILURES as error:
                if candidate is candidates[-1]:
                    raise
                self._warn(candidate, error)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """See :meth:`Synthesizer.synthesize`."""
        candidates = self._speaking(language)
        for candidate in candidates:
            spoke = False
            try:
                async for piece in candidate.synthesize(text, language=language, voice=voice):
                    spoke = True
                    yield piece
                return
            except _FAILURES as error:
                if spoke or candidate is candidates[-1]:
                    raise
                self._warn(candidate, error)

    def _speaking(self, language: Language) -> list[Synthesizer]:
        if candidates := [candidate for candidate in self._candidates if language in candidate.languages]:
            return candidates
        known = ", ".join(sorted(known.name for known in self.languages)) or "none"
        raise LanguageError(
            f"No installed voice speaks {language.name} (spoken: {known}): put a Piper voice for it into the"
            " models folder, or name a speech server."
        )

    @staticmethod
    def _warn(candidate: Synthesizer, error: Exception) -> None:
        failed = {attributes.REQUEST_MODEL: candidate.name, attributes.ERROR_TYPE: type(error).__qualname__}
        happened(attributes.SYNTHESIZER_FAILED, failed)
        _log.warning("%s cannot speak: %s", candidate.name, error)
