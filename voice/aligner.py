"""When each word of a known text was said: Qwen3-ForcedAligner, by the package qwen-asr.

It takes any recogniser's text, and knows 11 languages; the package does not refuse the others, so this does.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .audio import Audio
from .batcher import Batcher
from .errors import LanguageError, RecognitionError
from .guards import RATE, Heard
from .languages import ALIGNED, Language, find_language
from .recognizer import Segment
from .recognizers.qwen_checkpoint import checkpoint
from .recognizers.qwen_runtime import import_qwen, loading, place, recognizing, require

MAX_S = 300.0
"""The longest sound it takes, in seconds (the model card's limit)."""


class ForcedAligner:
    """Times words, to 80 ms, in one model that all callers share."""

    def __init__(
        self,
        model: str = "Qwen/Qwen3-ForcedAligner-0.6B",
        models_dir: Path | None = None,
        device: str | None = None,
        dtype: str | None = None,
        batch: int = 32,
    ) -> None:
        """Choose a model; nothing is loaded yet. Arguments as for
        :class:`~emads_voice.voice.recognizers.qwen.QwenRecognizer`."""
        self.name = f"aligner {model}"
        self._batcher = Batcher(self._align, limit=batch, name="qwen-aligner")
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
            piece: what was said, at 16 kHz, at most 300 s.
            text: what that was.
            language: one of :data:`~.languages.ALIGNED`, or a dialect of one.

        Returns:
            Words as the aligner writes them, letters and digits alone, or characters in Chinese
            (:func:`.word_times.fitted` gives them their punctuation); with seconds from the start of the piece.

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

    async def time(self, heard: Heard, piece: Audio) -> Heard:
        """A recogniser's answer to a piece with the times of its words, or with the reason why there are none."""
        if heard.language is None:
            return heard._replace(
                words_unavailable="The language is not known, without which words have no times."
            )
        try:
            return heard._replace(words=await self.align(piece, heard.text, heard.language))
        except (LanguageError, RecognitionError) as error:  # the text is worth having without
            return heard._replace(words_unavailable=str(error))

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


def without_aligner(heard: Heard) -> Heard:
    """An answer whose words cannot be timed, as nobody has been named to do it."""
    return heard._replace(
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
