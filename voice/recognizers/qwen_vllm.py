"""Qwen3-ASR on vLLM in this process, by the package qwen-asr: hears while somebody speaks.

Only the package's interfaces are used, and it has been run here without vLLM alone: on an engine of the same shape.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from emads_voice.voice.aligner import ForcedAligner, without_aligner
from emads_voice.voice.audio import Audio
from emads_voice.voice.guards import RATE, Guards, Heard
from emads_voice.voice.languages import ALIGNED_AND_DIALECTS, LANGUAGES, Language
from emads_voice.voice.qwen_answer import heard
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.qwen_runtime import recognizing, shared, token_limit, told
from emads_voice.voice.recognizers.qwen_vllm_engine import Engine
from emads_voice.voice.recognizers.qwen_vllm_stream import QwenStream, go_on


class QwenVllmRecognizer:
    """A :class:`~emads_voice.voice.streaming.StreamingRecognizer` on Qwen3-ASR and vLLM.

    vLLM takes its share of the GPU when it is loaded; recognisers of the same model and share have it together.
    """

    languages: Collection[Language] = LANGUAGES

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
        self.name = f"qwen-asr-vllm:{model}"
        self._engine = shared(Engine, model, models_dir, batch, gpu_memory)
        self._chunk_s = chunk_s
        self._step_tokens = step_tokens
        self._guards = Guards(self.name, models_dir=models_dir)
        self._aligner = shared(ForcedAligner, aligner, models_dir) if aligner else None
        self.timed_languages: Collection[Language] = ALIGNED_AND_DIALECTS if aligner else ()

    async def warm_up(self) -> None:
        """Load the model, which takes minutes, hear a second of silence, and load the aligner.

        Raises:
            BackendError: the extra, or a GPU, is not there, or the model does not fit into it.
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

    def stream(self, *, language: Language | None = None, context: str = "") -> QwenStream:
        """See :meth:`emads_voice.voice.streaming.StreamingRecognizer.stream`."""
        return QwenStream(self._engine, self.name, language, context, self._chunk_s, self._step_tokens)

    async def _hear(
        self, piece: Audio, language: Language | None, context: str, *, timestamps: bool = False
    ) -> Heard:
        with recognizing(self.name):
            work = partial(go_on, None, piece.samples, language, context)
            state = await self._engine.run(work, token_limit(piece.duration_s))
        answer = heard(state.language, state.text)
        if not (timestamps and answer.text):
            return answer
        return await self._aligner.time(answer, piece) if self._aligner else without_aligner(answer)
