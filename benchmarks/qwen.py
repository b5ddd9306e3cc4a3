"""What Qwen3-ASR costs through this package rather than by itself. Prints Markdown.

    python benchmarks/qwen.py FOLDER [--rounds 20] [--device cpu]

FOLDER holds a checkpoint, real or tiny (python tools/make_tiny_qwen.py WHERE makes a tiny one in WHERE/asr). It takes
the extras "qwen" and "espeak". The sound is a sentence of four seconds, spoken by espeak-ng.

What the wrapper adds does not depend on the model, so its share is also given of the time the real one takes: 92 ms
to the first token, and 0.0094 s per second of sound (Qwen3-ASR-0.6B on vLLM alone on a GPU, arXiv 2601.21337).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from qwen_asr import Qwen3ASRModel

from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.recognizers.qwen.device import place
from emads_voice.voice.recognizers.qwen.transformers import QwenRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import Guards, Hypothesis

sys.path.append(str(Path(__file__).parents[1] / "tools"))
from tiny_qwen import utterances

FIRST_TOKEN_MS, PER_SECOND = 92.0, 0.0094
TOGETHER = 8
LONG_S = 60.0


async def main() -> None:
    arguments = _arguments()
    said = utterances()["kubernetes-en"].audio
    placement = place(arguments.device, None)
    package = Qwen3ASRModel.from_pretrained(
        arguments.folder, device_map=placement.device, dtype=placement.dtype
    )
    ours = QwenRecognizer(arguments.folder, device=arguments.device)
    await ours.warm_up()
    guards = Guards("guards alone")
    long = Audio.join([said] * round(LONG_S / said.duration_s))

    async def by_itself(copies: int = 1) -> None:
        await asyncio.to_thread(package.transcribe, [(said.samples, said.rate)] * copies)

    async def singly() -> None:
        for _ in range(TOGETHER):
            await by_itself()

    async def unguarded() -> None:
        await ours._recognize(said, None, ())

    async def through_us() -> None:
        await ours.transcribe(said)

    async def together() -> None:
        await asyncio.gather(*(ours.transcribe(said) for _ in range(TOGETHER)))

    async def guarded(audio: Audio = said) -> None:
        await guards.transcribe(_nothing, audio, language=None, hotwords=(), timestamps=False)

    times = await _measure(
        arguments.rounds,
        [
            by_itself,
            unguarded,
            through_us,
            guarded,
            lambda: guarded(long),
            singly,
            lambda: by_itself(TOGETHER),
            together,
        ],
    )
    alone, wrapped, whole, guard, long_guard, singles, batch, calls = times
    real = FIRST_TOKEN_MS + PER_SECOND * 1000 * said.duration_s
    print(f"| {said.duration_s:.1f} s of speech, median of {arguments.rounds}, on {placement.device} | ms |")
    print("|---|--:|")
    print(f"| qwen-asr by itself | {alone:.1f} |")
    print(
        f"| in this package's thread and batches (aim ≤ +3 %) | {wrapped:.1f} ({wrapped / alone - 1:+.1%}) |"
    )
    print(f"| and behind its guards | {whole:.1f} ({whole / alone - 1:+.1%}) |")
    print(
        f"| guards alone: voice activity, checks, hash | {guard:.1f} ({guard / real:.0%} of the real {real:.0f}) |"
    )
    print(
        f"| guards on {long.duration_s:.0f} s | {long_guard:.0f} ({long_guard / long.duration_s:.1f} a second) |"
    )
    print(f"| {TOGETHER} recordings one after the other, qwen-asr by itself | {singles:.0f} |")
    print(
        f"| {TOGETHER} recordings as one batch, qwen-asr by itself | {batch:.0f} ({singles / batch:.1f}×) |"
    )
    print(f"| {TOGETHER} callers at once, through this package | {calls:.0f} ({singles / calls:.1f}×) |")


async def _measure(rounds: int, works: Sequence[Callable[[], Awaitable[None]]]) -> list[float]:
    """Median milliseconds of each; they take turns, so that a machine that slows down slows all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 1):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            await work()
            taken.append(1000 * (time.perf_counter() - began))
    return [median(taken[1:]) for taken in times]


async def _nothing(piece: Audio, language: Language | None, hotwords: Sequence[str]) -> Hypothesis:
    del piece, language, hotwords
    return Hypothesis("Should we move the order system to Kubernetes?", ENGLISH)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--device")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
