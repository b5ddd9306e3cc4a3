"""Qwen3-ASR in this process, by the package qwen-asr on transformers: 52 languages and dialects, all named.

One model serves every recogniser of the process that asks for the same one. Pieces that wait for it are a batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.hotwords import as_text
from emads_voice.voice.languages import Language
from emads_voice.voice.models.batcher import Batcher
from emads_voice.voice.models.sharing import shared
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import RATE, Hypothesis

from .aligner import ForcedAligner
from .answer import hypothesis
from .checkpoint import checkpoint
from .device import place
from .failures import loading
from .in_process import QwenInProcess
from .package import import_qwen, require
from .request import token_limit, told_name


class QwenRecognizer(QwenInProcess):
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on Qwen3-ASR.

    A piece that is cancelled before its turn never reaches the model. A lack of memory leaves the model as
    it was.
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
            models_dir: where it is looked for first, see :func:`.checkpoint.checkpoint`.
            device: "cuda", "cuda:1", "mps" or "cpu"; by default a GPU if there is one.
            dtype: "bfloat16", "float16" or "float32"; by default bfloat16 on CUDA, float16 on MPS, float32 on CPU.
            aligner: what tells when each word was said, "Qwen/Qwen3-ForcedAligner-0.6B" or a folder.
            batch: the most pieces given to the model at a time; each takes memory. The package's own default is 32.
        """
        align = shared(ForcedAligner, aligner, models_dir, device, dtype) if aligner else None
        super().__init__(f"qwen-asr:{model}", models_dir, align)
        self._model = shared(_Model, model, models_dir, device, dtype, batch)

    async def _hypothesis(
        self, piece: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        request = _Request(piece.samples, told_name(language), as_text(hotwords))
        return await asyncio.wrap_future(self._model.batcher.submit(request))


class _Request(NamedTuple):
    samples: NDArray[np.float32]  # at 16 kHz
    language: str | None
    hotwords: str


class _Model:
    """The loaded model. Its batcher's thread alone touches it."""

    def __init__(
        self, model: str, models_dir: Path | None, device: str | None, dtype: str | None, batch: int
    ) -> None:
        self.batcher = Batcher(self._recognize, limit=batch, name="qwen-asr")
        self._load = partial(_load, model, models_dir, device, dtype, batch)
        self._qwen: Any = None

    def _recognize(self, requests: list[_Request]) -> list[Hypothesis]:
        self._qwen = self._qwen or self._load()
        longest = max(len(request.samples) for request in requests)
        self._qwen.max_new_tokens = token_limit(longest / RATE)
        answers = self._qwen.transcribe(
            [(request.samples, RATE) for request in requests],
            context=[request.hotwords for request in requests],
            language=[request.language for request in requests],
        )
        return [hypothesis(answer.language, answer.text) for answer in answers]


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
