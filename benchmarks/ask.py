"""How long a question takes: every stage of a warm turn, a cold start of the command, and peak memory.

    python benchmarks/ask.py [--turns 10] [--cold 5]

Warm turns are run in one process, after one that is not counted. Cold starts are whole processes, which have run
once before on this machine: whisper-base has been put together from its two packages. Quote medians.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUESTIONS = {
    "one agent": "Which database should the new service use?",
    "both agents": "Should we move the order system to Kubernetes, and what does that mean for the warehouse staff?",
}
RECORDING = Path(__file__).parents[1] / "examples" / "audio" / "kubernetes-en.wav"


async def warm(turns: int) -> None:
    """Times of each stage."""
    from emads_voice import ClipEar, ClipMouth, VoiceContext, assemble, run_turn, sample_company
    from emads_voice.settings import load_settings
    from emads_voice.voice.languages import ENGLISH
    from emads_voice.voice.sound.audio import Audio

    settings = load_settings().model_copy(update={"threads": os.cpu_count()})
    assistant = assemble(sample_company(settings), settings=settings)
    began = time.perf_counter()
    await assistant.warm_up()
    print(f"models loaded in {time.perf_counter() - began:.1f} s\n")
    print("| question | length s | stage | median ms | min-max |\n|---|--:|---|--:|--:|")
    async with assistant.open() as graph:
        for name, text in QUESTIONS.items():
            mouth = ClipMouth(assistant.synthesizer)
            await mouth.finish(text, language=ENGLISH)
            sound = mouth.audio
            assert sound is not None
            # 5 s whatever the voice made of it: shorter ones are followed by silence, as a caller's would be.
            sound = Audio.join([sound, Audio.silence(max(0.0, 5.0 - sound.duration_s), sound.rate)])
            times: dict[str, list[float]] = {}
            for turn in range(turns + 1):
                ear, mouth = ClipEar(assistant.recognizer, sound), ClipMouth(assistant.synthesizer)
                done = await run_turn(
                    graph, VoiceContext(ear=ear, mouth=mouth), thread_id=f"{name}-{turn}-{os.getpid()}"
                )
                took = {
                    **done.state["timings_ms"],
                    "FIRST AUDIO": done.first_audio_ms or 0.0,
                    "total": done.took_ms,
                }
                if turn:
                    for stage, milliseconds in took.items():
                        times.setdefault(stage, []).append(milliseconds)
            for stage, values in times.items():
                print(
                    f"| {name} | {sound.duration_s:.1f} | {stage} | {statistics.median(values):.0f} "
                    f"| {min(values):.0f}-{max(values):.0f} |"
                )
    print(
        f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


def cold(runs: int) -> None:
    """Whole processes, from the command to the written reply."""
    with tempfile.TemporaryDirectory() as folder:
        reply = str(Path(folder) / "reply.wav")
        commands = {
            "emads-voice --help": ["--help"],
            "emads-voice ask QUESTION.wav": ["ask", str(RECORDING), "--out", reply],
            "emads-voice ask --text": ["ask", "--text", QUESTIONS["one agent"], "--out", reply],
        }
        print("\n| cold | median s | min-max | peak MB |\n|---|--:|--:|--:|")
        for name, arguments in commands.items():
            seconds: list[float] = []
            for run in range(runs + 1):
                began = time.perf_counter()
                process = subprocess.Popen(
                    [sys.executable, "-m", "emads_voice", *arguments],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "EMADS_DATA_DIR": folder},
                )
                _, status, usage = os.wait4(process.pid, 0)
                if status:
                    raise SystemExit(f"{name} failed")
                if run:
                    seconds.append(time.perf_counter() - began)
            print(
                f"| {name} | {statistics.median(seconds):.1f} | {min(seconds):.1f}-{max(seconds):.1f} "
                f"| {usage.ru_maxrss / 1024:.0f} |"
            )


def main() -> None:
    """Warm turns in a process of their own: a child's peak memory begins at its parent's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--cold", type=int, default=5)
    parser.add_argument("--warm-only", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.warm_only:
        asyncio.run(warm(chosen.turns))
        return
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, __file__, "--warm-only", "--turns", str(chosen.turns)]
        subprocess.run(command, env={**os.environ, "EMADS_DATA_DIR": data}, check=True)
    cold(chosen.cold)


if __name__ == "__main__":
    main()
