"""What Qwen3-ASR's recognisers in this process have in common: the guards, the aligner, and when each is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import partial
from pathlib import Path

from emads_voice.voice.aligner import ForcedAligner, without_aligner
from emads_voice.voice.audio import Audio
from emads_voice.voice.guards import RATE, Guards, Heard
from emads_voice.voice.languages import ALIGNED_AND_DIALECTS, LANGUAGES, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.qwen_runtime import recognizing, told


class QwenInProcess(ABC):
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on a model that answers one piece of speech."""

    languages: Collection[Language] = LANGUAGES

    def __init__(self, name: str, models_dir: Path | None, aligner: ForcedAligner | None) -> None:
        """``aligner`` tells when each word was said; without one nobody does."""
        self.name = name
        self.timed_languages: Collection[Language] = ALIGNED_AND_DIALECTS if aligner else ()
        self._guards = Guards(name, models_dir=models_dir)
        self._aligner = aligner

    @abstractmethod
    async def _answer(self, piece: Audio, language: Language | None, context: str) -> Heard:
        """What the model makes of a piece, without times; see :data:`emads_voice.voice.guards.Hear`."""

    async def warm_up(self) -> None:
        """Load the model (vLLM takes minutes), hear a second of silence (the first run is slower), load the aligner.

        Raises:
            BackendError: the extra, or the device, is not there, or the model does not fit into it.
            WeightsError: the checkpoint is missing, or is not one.
        """
        await self._guards.warm_up()
        await self._hear(Audio.silence(1, RATE), None, "")
        if self._aligner:
            await self._aligner.warm_up()

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`."""
        told(language)  # refuse what it cannot hear before hearing it
        hear = partial(self._hear, timestamps=timestamps)
        return await self._guards.transcribe(
            hear, audio, language=language, context=context, timestamps=timestamps
        )

    async def _hear(
        self, piece: Audio, language: Language | None, context: str, *, timestamps: bool = False
    ) -> Heard:
        with recognizing(self.name):
            answer = await self._answer(piece, language, context)
        if not (timestamps and answer.text):
            return answer
        return await self._aligner.time(answer, piece) if self._aligner else without_aligner(answer)
