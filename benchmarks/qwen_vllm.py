"""What this package adds to the real vLLM, and whether a call waits for a batch job. Prints Markdown.

    .venv-vllm/bin/python benchmarks/qwen_vllm.py FOLDER --server http://127.0.0.1:8000/v1 --model NAME [--rounds 20]

FOLDER holds a checkpoint, real or tiny, which the server serves as NAME; it runs in the environment of `make
test-vllm`. Each form is asked by its own client and through this package: one sentence at a time, and eight at once.
Then a call that asks for a sentence every half second shares vLLM with a job of three-minute recordings. (What
transformers has begun, others wait for.)
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from openai import AsyncOpenAI
from qwen_asr import Qwen3ASRModel

from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from emads_voice.voice.recognizers.qwen.transformers import QwenRecognizer
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer
from emads_voice.voice.sound.audio import Audio

sys.path.append(str(Path(__file__).parents[1] / "tools"))
from tiny_qwen import utterances

TOGETHER = 8
LONG_S = 180.0
CALLS = 30
EVERY_S = 0.5

Work = Callable[[], Awaitable[Any]]


async def main() -> None:
    arguments = _arguments()
    said = utterances()["kubernetes-en"].audio
    transformers = QwenRecognizer(arguments.folder)
    in_process = QwenVllmRecognizer(arguments.folder)
    served = OpenAIRecognizer(arguments.model, base_url=arguments.server)
    for recognizer in (transformers, in_process, served):
        await recognizer.warm_up()
    client = AsyncOpenAI(base_url=arguments.server, api_key="none", max_retries=0)
    package = Qwen3ASRModel.from_pretrained(arguments.folder)
    on_vllm = in_process._engine._qwen

    def by_package(model: Any) -> Callable[[int], Work]:
        return lambda copies: (
            lambda: asyncio.to_thread(model.transcribe, [(said.samples, said.rate)] * copies)
        )

    async def by_client() -> None:
        url = f"data:audio/wav;base64,{base64.b64encode(said.to_wav()).decode()}"
        content: list[Any] = [{"type": "audio_url", "audio_url": {"url": url}}]
        await client.chat.completions.create(
            model=arguments.model, messages=[{"role": "user", "content": content}], temperature=0
        )

    forms: list[tuple[str, Recognizer, Callable[[int], Work]]] = [
        ("transformers", transformers, by_package(package)),
        ("vLLM in this process", in_process, by_package(on_vllm)),
        ("vLLM's server", served, lambda copies: lambda: _together(by_client, copies)),
    ]
    print(
        f"| {said.duration_s:.1f} s of speech, median of {arguments.rounds} | itself, ms | through us | adds |"
    )
    print("|---|--:|--:|--:|")
    for name, recognizer, bare in forms:
        for copies in (1, TOGETHER):
            ours = _times(recognizer, said, copies)
            alone, through = await _measure(arguments.rounds, bare(copies), ours)
            added = f"{through - alone:+.1f} ms, {through / alone - 1:+.1%}"
            print(f"| {name}, {copies} at once | {alone:.1f} | {through:.1f} | {added} |", flush=True)
    long = Audio.join([said] * round(LONG_S / said.duration_s))
    print(
        f"\n| a call, {CALLS} sentences | p50 alone, ms | p95 | p50 beside the job | p95 | a job's recording |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for name, recognizer, _ in forms[1:]:
        alone_ms = await _call(recognizer, said)
        stop = asyncio.Event()
        job = asyncio.create_task(_job(recognizer, long, stop))
        beside_ms = await _call(recognizer, said)
        stop.set()
        took = await job
        cells = [_percentiles(alone_ms), _percentiles(beside_ms), f"{took:.1f} s"]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _times(recognizer: Recognizer, said: Audio, copies: int) -> Work:
    return lambda: _together(lambda: recognizer.transcribe(said), copies)


async def _together(work: Work, copies: int) -> None:
    await asyncio.gather(*(work() for _ in range(copies)))


async def _measure(rounds: int, *works: Work) -> list[float]:
    """Median milliseconds of each; they take turns, so that a machine that slows down slows all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 1):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            await work()
            taken.append(1000 * (time.perf_counter() - began))
    return [median(taken[1:]) for taken in times]


async def _call(recognizer: Recognizer, said: Audio) -> list[float]:
    """Milliseconds each sentence of a call took."""
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await recognizer.transcribe(said)
        taken.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(max(0.0, EVERY_S - taken[-1] / 1000))
    return taken


async def _job(recognizer: Recognizer, recording: Audio, stop: asyncio.Event) -> float:
    """Recordings one after the other until told to stop; the median seconds of one."""
    taken = []
    while not stop.is_set():
        began = time.perf_counter()
        await recognizer.transcribe(recording)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _percentiles(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} | {quantiles(milliseconds, n=20)[-1]:.0f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder")
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
