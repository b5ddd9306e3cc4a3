"""What Qwen3-ASR's recognisers in this process have in common: the guards before the model, the aligner after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from emads_voice.voice.languages import ALIGNED_AND_DIALECTS, LANGUAGES, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import RATE, Guards, Hypothesis

from .aligner import ForcedAligner, without_aligner
from .failures import recognizing
from .request import told_name


class QwenInProcess(ABC):
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on a model that recognises one piece of speech at a time."""

    languages: Collection[Language] = LANGUAGES

    def __init__(self, name: str, models_dir: Path | None, aligner: ForcedAligner | None) -> None:
        """``aligner`` tells when each word was said; without one there are no word times."""
        self.name = name
        self.timed_languages: Collection[Language] = ALIGNED_AND_DIALECTS if aligner else ()
        self._guards = Guards(name, models_dir=models_dir)
        self._aligner = aligner

    @abstractmethod
    async def _hypothesis(
        self, piece: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        """The hypothesis of a piece, without word times.

        Arguments as for :data:`emads_voice.voice.transcription.guards.RecognizePiece`.
        """

    async def warm_up(self) -> None:
        """Load the model (vLLM takes minutes) and the aligner, and run the model once: the first run is slower.

        Raises:
            BackendError: the extra, or the device, is not there, or the model does not fit into it.
            WeightsError: the checkpoint is missing, or is not one.
        """
        await self._guards.warm_up()
        await self._recognize(Audio.silence(1, RATE), None, ())
        if self._aligner:
            await self._aligner.warm_up()

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`."""
        told_name(language)  # refuse a language before looking for speech
        recognize = partial(self._recognize, timestamps=timestamps)
        return await self._guards.transcribe(
            recognize, audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    async def _recognize(
        self, piece: Audio, language: Language | None, hotwords: Sequence[str], *, timestamps: bool = False
    ) -> Hypothesis:
        with recognizing(self.name):
            hypothesis = await self._hypothesis(piece, language, hotwords)
        if not (timestamps and hypothesis.text):
            return hypothesis
        return await self._aligner.time(hypothesis, piece) if self._aligner else without_aligner(hypothesis)
