"""The phone benchmark: the same fake callers against each system, side by side.

    python benchmarks/phone/run.py                                  bare,pipecat,ours at 1,10,20,40,80 calls
    python benchmarks/phone/run.py --systems bare,ours --calls 120 --seconds 60 --json result.json

The server has one core to itself and the callers another; a fresh server is started for each row and makes
one short call first, so that what is loaded once is loaded. Memory is resident memory: per call, the most
seen during the calls less that before them. "others" is what else ran on the two cores, in percent of one:
where it is not near 0 the row is worth little, and neither is it where the callers were late themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from server import CALLER_CORE, HERE, SERVER_CORE, SYSTEMS, Server, core_busy_s

WARM_UP_S = 6
SETTLE_S = 3.0
LATE_MS = 5.0
"""Callers later than this at p99 are said to be."""

Row = dict[str, Any]


def measure(system: str, calls: int, seconds: float) -> Row:
    """Start the system, call it, and say what was found."""
    with Server(system) as server:
        asks = system == "embedded"
        call(server, 1, WARM_UP_S, asks)
        before, cpu, began = server.rss_mb(), server.cpu_s(), time.monotonic()
        busy = core_busy_s(SERVER_CORE), core_busy_s(CALLER_CORE)
        peak, found = call(server, calls, seconds, asks)
        wall, cpu = time.monotonic() - began, server.cpu_s() - cpu
        busy = core_busy_s(SERVER_CORE) - busy[0] - cpu, core_busy_s(CALLER_CORE) - busy[1] - found["cpu_s"]
        time.sleep(SETTLE_S)
        return {
            "system": system,
            "calls": calls,
            **found,
            "cpu_s_per_call_minute": round(cpu / (found["call_s"] / 60), 3),
            "server_core": round(cpu / wall, 2),
            "mb_before": round(before, 1),
            "mb_per_call": round((peak - before) / calls, 2),
            "mb_kept_per_call": round((server.rss_mb() - before) / calls, 2),
            "others": [max(0, round(100 * seconds / wall)) for seconds in busy],
        }


def call(server: Server, calls: int, seconds: float, asks: bool) -> tuple[float, Row]:
    """Let the callers call; the most memory the server used meanwhile, and what they found."""
    command = [sys.executable, str(HERE / "callers.py"), "--url", server.url, "--core", str(CALLER_CORE)]
    command += ["--questions"] if asks else []
    callers = subprocess.Popen(
        [*command, "--calls", str(calls), "--seconds", str(seconds)], stdout=subprocess.PIPE
    )
    peak = 0.0
    while True:
        peak = max(peak, server.rss_mb())
        try:
            output, _ = callers.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            continue
    if callers.returncode:
        raise SystemExit(f"The callers failed. The server wrote:\n{server.log()[-2000:]}")
    found: Row = json.loads(output)
    return peak, found


def table(rows: list[Row]) -> str:
    """The rows as Markdown, with what each costs beside the bare loop at as many calls."""
    bare = {row["calls"]: row["cpu_s_per_call_minute"] for row in rows if row["system"] == "bare"}
    lines = [
        "| system | calls | latency p50/p95 ms | CPU-s per call-minute | × bare | MB per call, kept "
        "| turns, lost | cut off | barge-in p50/p95 ms | unheeded | stutters | errors "
        "| callers late p99 ms | others % |",
        "|" + "---|" * 14,
    ]
    for row in rows:
        cpu = row["cpu_s_per_call_minute"]
        times = f"{cpu / bare[row['calls']]:.1f}" if row["calls"] in bare else "–"
        late = row["lateness"].get("p99", 0.0)
        cells = [
            row["system"],
            row["calls"],
            _pair(row["latency"]),
            f"{cpu:.2f}" + (" (saturated)" if row["server_core"] > 0.95 else ""),
            times,
            f"{row['mb_per_call']:.2f}, {row['mb_kept_per_call']:.2f}",
            f"{row['turns']}, {row['lost']}",
            row["cut_off"],
            _pair(row["barge_in"]),
            row["unheeded"],
            row["stutters"],
            len(row["errors"]),
            f"{late:.1f}" + (" (late)" if late > LATE_MS else ""),
            "/".join(map(str, row["others"])),
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _pair(spread: dict[str, float]) -> str:
    return f"{spread['p50']:.0f}/{spread['p95']:.0f}" if spread["n"] else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure phone servers side by side.")
    parser.add_argument("--systems", default="bare,pipecat,ours", help=f"of {', '.join(SYSTEMS)}")
    parser.add_argument("--calls", default="1,10,20,40,80", help="calls at a time, one run for each")
    parser.add_argument("--seconds", type=float, default=40, help="of each call")
    parser.add_argument("--json", type=Path, help="also keep everything found, in this file")
    options = parser.parse_args()
    systems = options.systems.split(",")
    if unknown := set(systems) - set(SYSTEMS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SYSTEMS)}")
    os.sched_setaffinity(0, {CALLER_CORE})
    rows: list[Row] = []
    for calls in map(int, options.calls.split(",")):
        for system in systems:
            rows.append(measure(system, calls, options.seconds))
            print(f"{system} {calls}: {_pair(rows[-1]['latency'])} ms", file=sys.stderr, flush=True)
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1))
    print(table(rows))


if __name__ == "__main__":
    main()
