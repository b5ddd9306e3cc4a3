"""vLLM behind the package qwen-asr, for many streams at once.

The package asks its engine for one answer at a time and waits for it. So each piece of work gets a copy of the
package's object whose engine is a door: behind all doors the requests are batched, and closing one drops its own.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from emads_voice.voice.batcher import Batcher
from emads_voice.voice.errors import BackendError
from emads_voice.voice.recognizers.qwen_checkpoint import checkpoint
from emads_voice.voice.recognizers.qwen_runtime import (
    SMALLER,
    first_line,
    import_qwen,
    out_of_memory,
    require,
)

_Result = TypeVar("_Result")

CONTEXT_TOKENS = 8192
"""vLLM's max_model_len: 3 minutes of sound (13 tokens a second), the longest answer to them, and 1000 tokens of hot
words. The model's own 65,536 would claim 7 GB of the GPU for one request."""


class Engine:
    """The loaded model, which loads when it is first used."""

    def __init__(self, model: str, models_dir: Path | None, batch: int, gpu_memory: float) -> None:
        """Arguments as for :class:`.qwen_vllm.QwenVllmRecognizer`."""
        self._model = model
        self._models_dir = models_dir
        self._batch = batch
        self._gpu_memory = gpu_memory
        self._threads = ThreadPoolExecutor(batch, thread_name_prefix="qwen-vllm-stream")
        self._batcher = Batcher(self._generate, limit=batch, name="qwen-vllm")
        self._loading = threading.Lock()
        self._qwen: Any = None

    async def run(self, work: Callable[[Any], _Result], tokens: int) -> _Result:
        """What ``work`` makes in a thread of a Qwen3ASRModel of its own, which answers with at most ``tokens``.

        Cancelled, it asks for nothing more.
        """
        door = _Door(self._batcher)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(self._behind(door, tokens))
            )
        except asyncio.CancelledError:
            door.close()
            raise

    def _behind(self, door: _Door, tokens: int) -> Any:
        qwen = copy.copy(self._loaded())
        qwen.model = door
        qwen.sampling_params = copy.copy(qwen.sampling_params)
        qwen.sampling_params.max_tokens = tokens
        return qwen

    def _loaded(self) -> Any:
        with self._loading:
            if self._qwen is None:
                self._qwen = _load(self._model, self._models_dir, self._batch, self._gpu_memory)
            return self._qwen

    def _generate(self, requests: list[tuple[Any, Any]]) -> list[Any]:
        prompts, sampling = zip(*requests, strict=True)
        answers: list[Any] = self._qwen.model.generate(
            list(prompts), sampling_params=list(sampling), use_tqdm=False
        )
        return answers


class _Door:
    """The engine as one piece of work sees it: vllm.LLM, as far as the package uses it."""

    def __init__(self, batcher: Batcher[tuple[Any, Any], Any]) -> None:
        self._batcher = batcher
        self._asked: list[Future[Any]] = []
        self._closed = False

    def generate(self, prompts: list[Any], sampling_params: Any, use_tqdm: bool) -> list[Any]:
        self._asked = [self._batcher.submit((prompt, sampling_params)) for prompt in prompts]
        if self._closed:  # by the event loop's thread, just now
            self.close()
        return [future.result() for future in self._asked]

    def close(self) -> None:
        self._closed = True
        for future in self._asked:
            future.cancel()


def _load(model: str, models_dir: Path | None, batch: int, gpu_memory: float) -> Any:
    require("qwen_asr", "qwen-asr", "qwen-vllm")
    require("vllm", "vLLM", "qwen-vllm")
    folder = checkpoint(model, models_dir)
    qwen_asr = import_qwen("qwen-asr", "qwen-vllm")
    try:
        return qwen_asr.Qwen3ASRModel.LLM(
            str(folder),
            max_inference_batch_size=batch,
            gpu_memory_utilization=gpu_memory,
            max_model_len=CONTEXT_TOKENS,
        )
    except Exception as error:  # vLLM raises what it likes
        if out_of_memory(error):
            raise BackendError(f"{folder} does not fit into memory: {SMALLER}.") from error
        if not _has_gpu():
            raise BackendError(
                "vLLM finds no GPU: install the driver, or use qwen-asr instead of qwen-asr-vllm."
            ) from error
        raise BackendError(f"vLLM cannot start with {folder} ({first_line(error)}): see its log.") from error


def _has_gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())
