"""Qwen3-ASR on vLLM in this process: hears while somebody speaks.

Of the package qwen-asr it uses the model class for vLLM: what it asks vLLM for a piece of sound, and its streaming,
which asks anew about all the sound of an utterance each time more has come. :mod:`.vllm_engine` puts a stand-in for
vLLM into it.

Tested with a small checkpoint of the same architecture on a stand-in for vLLM, and on the real vLLM built for CPUs
(tests/vllm); neither with the published weights, nor on a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from emads_voice.voice.languages import Language
from emads_voice.voice.models.sharing import shared
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import Hypothesis

from .aligner import ForcedAligner
from .answer import hypothesis
from .in_process import QwenInProcess
from .request import token_limit
from .vllm_engine import Engine
from .vllm_stream import QwenStream, go_on


class QwenVllmRecognizer(QwenInProcess):
    """A :class:`~emads_voice.voice.streaming.StreamingRecognizer` on Qwen3-ASR and vLLM.

    vLLM takes its share of the GPU when it is loaded; recognisers of the same model and share have it together.
    """

    def __init__(
        self,
        model: str = "Qwen/Qwen3-ASR-0.6B",
        *,
        models_dir: Path | None = None,
        aligner: str | None = None,
        batch: int = 32,
        gpu_memory: float = 0.8,
    ) -> None:
        """Choose a model; nothing is loaded yet.

        Args:
            model, models_dir, aligner: as for :class:`~emads_voice.voice.recognizers.qwen.transformers.QwenRecognizer`.
            batch: the most requests vLLM is given at a time, and the threads that wait for it.
            gpu_memory: the share of the GPU's memory vLLM takes; leave some for an aligner.
        """
        align = shared(ForcedAligner, aligner, models_dir) if aligner else None
        super().__init__(f"qwen-asr-vllm:{model}", models_dir, align)
        self._engine = shared(Engine, model, models_dir, batch, gpu_memory)

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> QwenStream:
        """See :meth:`emads_voice.voice.streaming.StreamingRecognizer.stream`."""
        return QwenStream(self._engine, self.name, language, hotwords)

    async def _hypothesis(
        self, piece: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        work = partial(go_on, None, piece.samples, language, hotwords)
        state = await self._engine.run(work, token_limit(piece.duration_s))
        return hypothesis(state.language, state.text)
