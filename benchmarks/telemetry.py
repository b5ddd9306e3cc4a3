"""What traces and metrics add to a turn and to a call: milliseconds of the processor's time.

    python benchmarks/telemetry.py

Each way runs in processes of its own, by turns: without any exporter, and with spans and metrics over OTLP to a
collector on loopback and a page for Prometheus. A turn is a typed question to the voice graph, one agent that answers
at once, and a silent mouth, on a checkpointer in memory; a call is a scripted line on which a caller asks ten times and
is answered, as fast as the machine can. The processor's time is that of the whole process, exporting included, which
others on the machine disturb less than wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

TURNS, ASKED = 80, 10


async def turns() -> list[float]:
    """The processor's time for each of many turns, in milliseconds."""
    from langgraph.checkpoint.memory import InMemorySaver

    from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
    from emads_voice.voice.languages import ENGLISH

    graph = create_voice_graph([_clock(TURNS + 20)]).compile(checkpointer=InMemorySaver())
    took: list[float] = []
    for number in range(TURNS + 20):
        began = time.process_time()
        ear = TypedEar("What time is it?", language=ENGLISH)
        context = VoiceContext(ear=ear, mouth=SilentMouth())
        await run_turn(graph, context, thread_id=f"t{number // 10}")
        took.append((time.process_time() - began) * 1000)
    return took[20:]


def call() -> float:
    """The processor's time for one call, in milliseconds."""
    from langgraph.checkpoint.memory import InMemorySaver

    from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
    from emads_voice.graph import create_voice_graph
    from emads_voice.testing import (
        LoudnessVad,
        ScriptedLine,
        ScriptedRecognizer,
        ScriptedSynthesizer,
        run_virtual,
    )
    from emads_voice.voice.activity.live_vad import LiveVad

    async def hold() -> None:
        line = ScriptedLine()
        graph = create_voice_graph([_clock(ASKED)]).compile(checkpointer=InMemorySaver())
        recognizer = ScriptedRecognizer([f"question {number}?" for number in range(ASKED)])
        services = Services(graph, recognizer, ScriptedSynthesizer(), LiveVad(LoudnessVad()))
        conversation = Conversation(
            services, line, thread_id="call", options=ConversationOptions(opening=None, idle_s=60)
        )
        running = asyncio.create_task(conversation.run())
        for _ in range(ASKED):
            await line.speak(2.0)
            await line.until_answered()
            await line.until_quiet()
        line.hang_up_caller()
        await running

    began = time.process_time()
    run_virtual(hold())
    return (time.process_time() - began) * 1000


def _clock(answers: int) -> Any:
    from emads_voice.testing import ScriptedAgent

    return ScriptedAgent("clock", ["It is noon. There is nothing else to tell you about the time."] * answers)


def _child() -> None:
    from emads_voice.observability import configure_tracing

    configure_tracing()
    each = asyncio.run(turns())
    call()  # warm up
    print(json.dumps({"turns": each, "calls": [call() for _ in range(3)]}))


def main(rounds: int) -> None:
    """Measure and print the table."""
    from otlp_receiver import Collector

    collector = Collector()
    bare = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    told = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "langchain"}
    exported = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "OTEL_METRICS_EXPORTER": "otlp,prometheus"}
    ways: dict[str, dict[str, str]] = {
        "nothing exported": {},
        "spans and metrics": exported | told,
        "and LangChain's spans": exported,
    }
    found: dict[str, dict[str, list[float]]] = {name: {"turns": [], "calls": []} for name in ways}
    for _ in range(rounds):
        for name, settings in ways.items():
            done = subprocess.run(
                [sys.executable, __file__, "--child"],
                env=bare | settings,
                capture_output=True,
                text=True,
                check=True,
            )
            for kind, values in json.loads(done.stdout.splitlines()[-1]).items():
                found[name][kind] += values
    print("| | a turn, median | added | p95 | added | a call, median | added |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    least: list[float] = []
    for name, kinds in found.items():
        figures = [
            statistics.median(kinds["turns"]),
            statistics.quantiles(kinds["turns"], n=20)[-1],
            statistics.median(kinds["calls"]),
        ]
        least = least or figures
        cells = " | ".join(
            f"{value:.2f} | {value - low:+.2f}" for value, low in zip(figures, least, strict=True)
        )
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each way")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child()
    else:
        main(options.rounds)
