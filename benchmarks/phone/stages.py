"""Where the time goes between a caller's last word and our first sound, with the embedded models.

    python benchmarks/phone/stages.py --seconds 240

One caller asks what the sample handbook can answer, over and over. What the caller measures is divided by the spans of
each turn: the silence before recognition starts, the recognition, what is left of the silence that ends the turn, the
graph up to the first words of the answer, and the first sound of them. Interrupted turns count too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any

from run import WARM_UP_S, call
from server import Server

Span = dict[str, Any]


def turns(log: str) -> list[dict[str, float]]:
    """The stages of each turn in what the console exporter wrote, in milliseconds."""
    traces: dict[str, list[Span]] = defaultdict(list)
    decoder, at = json.JSONDecoder(), 0
    while (at := log.find("{\n", at)) >= 0:
        span, at = decoder.raw_decode(log, at)
        traces[span["context"]["trace_id"]].append(span)
    return [stages for spans in traces.values() if (stages := _stages(spans))]


def _stages(spans: list[Span]) -> dict[str, float] | None:
    named = {
        span["name"] if span["name"] == "invoke_agent voice" else span["name"].split()[0]: span
        for span in sorted(spans, key=lambda span: span["start_time"], reverse=True)
    }
    try:
        hearing, turn, speaking = (
            named[name] for name in ("speech_to_text", "invoke_agent voice", "text_to_speech")
        )
    except KeyError:
        return None  # a greeting, or a turn in which nothing was said
    first = next(event["timestamp"] for event in speaking["events"] if event["name"] == "first_sound")
    marks = [hearing["start_time"], hearing["end_time"], turn["start_time"], speaking["start_time"], first]
    times = [datetime.fromisoformat(mark).timestamp() * 1000 for mark in marks]
    names = ["recognition", "rest of the silence", "graph to the first words", "first sound of them"]
    return dict(zip(names, (late - early for early, late in itertools.pairwise(times)), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="The stages of our reply latency.")
    parser.add_argument("--seconds", type=float, default=240, help="of the call")
    options = parser.parse_args()
    os.environ |= {"OTEL_TRACES_EXPORTER": "console", "OTEL_BSP_SCHEDULE_DELAY": "500"}
    with Server("embedded") as server:
        call(server, 1, WARM_UP_S, True)
        warm = len(turns(server.log()))
        _, found = call(server, 1, options.seconds, True)
    stages = turns(server.log())[warm:]
    latency = found["latency"]
    known = {name: median(turn[name] for turn in stages) for name in stages[0]}
    print(
        f"{latency['n']} turns, {found['lost']} lost; reply p50/p95 {latency['p50']:.0f}/{latency['p95']:.0f} ms\n"
    )
    print("| median | ms |\n|---|--:|")
    print(f"| voice activity notices the silence; the line | {latency['p50'] - sum(known.values()):.0f} |")
    for name, value in known.items():
        print(f"| {name} | {value:.0f} |")


if __name__ == "__main__":
    main()
