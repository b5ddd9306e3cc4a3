"""Qwen3-ASR on vLLM in this process, by the package qwen-asr: hears while somebody speaks.

Only the package's interfaces are used, and it has been run here without vLLM alone: on an engine of the same shape.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from emads_voice.voice.aligner import ForcedAligner
from emads_voice.voice.audio import Audio
from emads_voice.voice.guards import Heard
from emads_voice.voice.languages import Language
from emads_voice.voice.qwen_answer import heard
from emads_voice.voice.recognizers.qwen_in_process import QwenInProcess
from emads_voice.voice.recognizers.qwen_runtime import shared, token_limit
from emads_voice.voice.recognizers.qwen_vllm_engine import Engine
from emads_voice.voice.recognizers.qwen_vllm_stream import QwenStream, go_on


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
        chunk_s: float = 2.0,
        step_tokens: int = 32,
    ) -> None:
        """Choose a model; nothing is loaded yet.

        Args:
            model, models_dir, aligner: as for :class:`~emads_voice.voice.recognizers.qwen.QwenRecognizer`.
            batch: the most requests vLLM is given at a time, and the threads that wait for it.
            gpu_memory: the share of the GPU's memory vLLM takes; leave some for an aligner.
            chunk_s: a stream is heard whenever so much more has been said. Shorter chunks cost more, and the words
                are right no sooner: 2 s is the package's own.
            step_tokens: the most tokens a stream writes at a chunk; 32 is the package's own demonstration's.
        """
        align = shared(ForcedAligner, aligner, models_dir) if aligner else None
        super().__init__(f"qwen-asr-vllm:{model}", models_dir, align)
        self._engine = shared(Engine, model, models_dir, batch, gpu_memory)
        self._chunk_s = chunk_s
        self._step_tokens = step_tokens

    def stream(self, *, language: Language | None = None, context: str = "") -> QwenStream:
        """See :meth:`emads_voice.voice.streaming.StreamingRecognizer.stream`."""
        return QwenStream(self._engine, self.name, language, context, self._chunk_s, self._step_tokens)

    async def _answer(self, piece: Audio, language: Language | None, context: str) -> Heard:
        work = partial(go_on, None, piece.samples, language, context)
        state = await self._engine.run(work, token_limit(piece.duration_s))
        return heard(state.language, state.text)
