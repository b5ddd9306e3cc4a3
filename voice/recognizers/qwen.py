"""Qwen3-ASR in this process, by the package qwen-asr on transformers: 52 languages and dialects, all named.

One model serves every recogniser of the process that asks for the same one, and hears what waits for it together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.aligner import ForcedAligner, without_aligner
from emads_voice.voice.audio import Audio
from emads_voice.voice.batcher import Batcher
from emads_voice.voice.guards import RATE, Guards, Heard
from emads_voice.voice.languages import ALIGNED_AND_DIALECTS, LANGUAGES, Language
from emads_voice.voice.qwen_answer import heard
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.qwen_checkpoint import checkpoint
from emads_voice.voice.recognizers.qwen_runtime import (
    import_qwen,
    loading,
    place,
    recognizing,
    require,
    shared,
    token_limit,
    told,
)


class QwenRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on Qwen3-ASR.

    A request that is cancelled before its turn is never heard. After a lack of memory the next request finds the
    model as it was.
    """

    languages: Collection[Language] = LANGUAGES

    def __init__(
        self,
        model: str = "Qwen/Qwen3-ASR-0.6B",
        *,
        models_dir: Path | None = None,
        device: str | None = None,
        dtype: str | None = None,
        aligner: str | None = None,
        batch: int = 32,
    ) -> None:
        """Choose a model; nothing is loaded yet.

        Args:
            model: "Qwen/Qwen3-ASR-0.6B", "Qwen/Qwen3-ASR-1.7B", or the folder of a checkpoint in their form.
            models_dir: where it is looked for first, see :func:`.qwen_checkpoint.checkpoint`.
            device: "cuda", "cuda:1", "mps" or "cpu"; by default a GPU if there is one.
            dtype: "bfloat16", "float16" or "float32"; by default bfloat16 on CUDA, float16 on MPS, float32 on CPU.
            aligner: what tells when each word was said, "Qwen/Qwen3-ForcedAligner-0.6B" or a folder.
            batch: the most pieces heard at a time; each takes memory. The package's own default is 32.
        """
        self.name = f"qwen-asr:{model}"
        self._model = shared(_Model, model, models_dir, device, dtype, batch)
        self._guards = Guards(self.name, models_dir=models_dir)
        self._aligner = shared(ForcedAligner, aligner, models_dir, device, dtype) if aligner else None
        self.timed_languages: Collection[Language] = ALIGNED_AND_DIALECTS if aligner else ()

    async def warm_up(self) -> None:
        """Load the model, hear a second of silence (the first run is slower), and load the aligner.

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
        request = _Request(piece.samples, told(language), context)
        with recognizing(self.name):
            answer = await asyncio.wrap_future(self._model.batcher.submit(request))
        if not (timestamps and answer.text):
            return answer
        return await self._aligner.time(answer, piece) if self._aligner else without_aligner(answer)


class _Request(NamedTuple):
    samples: NDArray[np.float32]  # at 16 kHz
    language: str | None
    context: str


class _Model:
    """The loaded model. Its batcher's thread alone touches it."""

    def __init__(
        self, model: str, models_dir: Path | None, device: str | None, dtype: str | None, batch: int
    ) -> None:
        self.batcher = Batcher(self._hear, limit=batch, name="qwen-asr")
        self._load = partial(_load, model, models_dir, device, dtype, batch)
        self._qwen: Any = None

    def _hear(self, requests: list[_Request]) -> list[Heard]:
        self._qwen = self._qwen or self._load()
        longest = max(len(request.samples) for request in requests)
        self._qwen.max_new_tokens = token_limit(longest / RATE)
        answers = self._qwen.transcribe(
            [(request.samples, RATE) for request in requests],
            context=[request.context for request in requests],
            language=[request.language for request in requests],
        )
        return [heard(answer.language, answer.text) for answer in answers]


def _load(model: str, models_dir: Path | None, device: str | None, dtype: str | None, batch: int) -> Any:
    require("qwen_asr", "qwen-asr", "qwen")
    folder = checkpoint(model, models_dir)
    qwen_asr = import_qwen("qwen-asr", "qwen")
    placement = place(device, dtype)
    with loading(str(folder)):
        return qwen_asr.Qwen3ASRModel.from_pretrained(
            str(folder),
            max_inference_batch_size=batch,
            device_map=placement.device,
            dtype=placement.dtype,
        )
