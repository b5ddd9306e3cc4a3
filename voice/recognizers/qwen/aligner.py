"""When each word of a known text was said: Qwen3-ForcedAligner, by the package qwen-asr.

The text may be any recogniser's. Of the languages the aligner knows 11; the package does not refuse the others, so this
does.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.languages import ALIGNED, Language, find_language
from emads_voice.voice.models.batcher import Batcher
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import RATE, Hypothesis

from .checkpoint import checkpoint
from .device import place
from .failures import loading, recognizing
from .package import import_qwen, require

MAX_S = 300.0
"""The longest sound it takes, in seconds (the model card's limit)."""

BATCH = 32
"""The most pieces it is given at a time."""


class ForcedAligner:
    """Times words, to 80 ms, in one model that all callers share."""

    def __init__(
        self,
        model: str = "Qwen/Qwen3-ForcedAligner-0.6B",
        models_dir: Path | None = None,
        device: str | None = None,
        dtype: str | None = None,
    ) -> None:
        """Choose a model; nothing is loaded yet. Arguments as for
        :class:`~emads_voice.voice.recognizers.qwen.transformers.QwenRecognizer`."""
        self.name = f"aligner {model}"
        self._batcher = Batcher(self._align, limit=BATCH, name="qwen-aligner")
        self._load = partial(_load, model, models_dir, device, dtype)
        self._model: Any = None

    async def warm_up(self) -> None:
        """Load the model and run it once.

        Raises:
            BackendError: the extra, or the device, is not there, or the model does not fit into it.
            WeightsError: the checkpoint is missing, or is not one.
        """
        await self.align(Audio.silence(1, RATE), "one", find_language("en"))

    async def align(self, piece: Audio, text: str, language: Language) -> tuple[Segment, ...]:
        """When the words of a text were said.

        Args:
            piece: the sound, at 16 kHz, at most 300 s.
            text: what is said in it.
            language: one of :data:`~.languages.ALIGNED`, or a dialect of one.

        Returns:
            Words as the aligner writes them, with seconds from the start of the piece: letters and digits alone, or
            single characters in Chinese. :func:`.word_times.fitted` gives them their punctuation.

        Raises:
            LanguageError: the aligner does not know the language.
            RecognitionError: the aligner failed.
        """
        known = find_language(language.base_code)
        if known not in ALIGNED:
            raise LanguageError(
                f"{language.name} is none of the {len(ALIGNED)} languages whose words the forced aligner can time:"
                " segments have the times of the speech instead."
            )
        if piece.duration_s > MAX_S:
            raise RecognitionError(f"The forced aligner takes {MAX_S:.0f} s at a time: give shorter pieces.")
        with recognizing(self.name):
            return await asyncio.wrap_future(self._batcher.submit(_Request(piece.samples, text, known.name)))

    async def time(self, hypothesis: Hypothesis, piece: Audio) -> Hypothesis:
        """A hypothesis of a piece with the times of its words, or with the reason why there are none."""
        if hypothesis.language is None:
            return hypothesis._replace(
                words_unavailable="The language is not known, without which words have no times."
            )
        try:
            return hypothesis._replace(words=await self.align(piece, hypothesis.text, hypothesis.language))
        except (LanguageError, RecognitionError) as error:  # the text is worth having without
            return hypothesis._replace(words_unavailable=str(error))

    def _align(self, requests: list[_Request]) -> list[tuple[Segment, ...]]:
        self._model = self._model or self._load()
        results = self._model.align(
            audio=[(request.samples, RATE) for request in requests],
            text=[request.text for request in requests],
            language=[request.language for request in requests],
        )
        return [
            tuple(Segment(item.text, item.start_time, item.end_time) for item in result) for result in results
        ]


def without_aligner(hypothesis: Hypothesis) -> Hypothesis:
    """A hypothesis without word times, which says that no aligner is set."""
    return hypothesis._replace(
        words_unavailable="Word times need an aligner: set EMADS_ALIGNER=Qwen/Qwen3-ForcedAligner-0.6B."
    )


class _Request(NamedTuple):
    samples: NDArray[np.float32]  # at 16 kHz
    text: str
    language: str


def _load(model: str, models_dir: Path | None, device: str | None, dtype: str | None) -> Any:
    require("qwen_asr", "qwen-asr", "qwen")
    folder = checkpoint(model, models_dir, aligner=True)
    qwen_asr = import_qwen("qwen-asr", "qwen")
    placement = place(device, dtype)
    with loading(str(folder)):
        return qwen_asr.Qwen3ForcedAligner.from_pretrained(
            str(folder), device_map=placement.device, dtype=placement.dtype
        )
