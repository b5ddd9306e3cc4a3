"""Qwen3-ASR in this process, by the package qwen-asr on transformers: 52 languages and dialects, all named.

One model serves every recogniser of the process that asks for the same one, and hears what waits for it together.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.aligner import ForcedAligner
from emads_voice.voice.audio import Audio
from emads_voice.voice.batcher import Batcher
from emads_voice.voice.guards import RATE, Heard
from emads_voice.voice.languages import Language
from emads_voice.voice.qwen_answer import heard
from emads_voice.voice.recognizers.qwen_checkpoint import checkpoint
from emads_voice.voice.recognizers.qwen_in_process import QwenInProcess
from emads_voice.voice.recognizers.qwen_runtime import (
    import_qwen,
    loading,
    place,
    require,
    shared,
    token_limit,
    told,
)


class QwenRecognizer(QwenInProcess):
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on Qwen3-ASR.

    A request that is cancelled before its turn is never heard. After a lack of memory the next request finds the
    model as it was.
    """

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
        align = shared(ForcedAligner, aligner, models_dir, device, dtype) if aligner else None
        super().__init__(f"qwen-asr:{model}", models_dir, align)
        self._model = shared(_Model, model, models_dir, device, dtype, batch)

    async def _answer(self, piece: Audio, language: Language | None, context: str) -> Heard:
        request = _Request(piece.samples, told(language), context)
        return await asyncio.wrap_future(self._model.batcher.submit(request))


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
