"""Browser sessions beside telephone calls, in one server and one run: latency, CPU and memory.

    python benchmarks/browser/run.py --each 20 --seconds 40

Three rounds, each on a fresh server whose recogniser, agents and voice take no time: so many calls alone, so many
sessions alone, both at once. The server has one core and the callers the other; "others" is what else ran there, in
percent of a core: where it is not near 0, only what stands side by side in the last round is worth comparing.
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

sys.path.insert(0, str(Path(__file__).parents[1] / "phone"))
from server import CALLER_CORE, HERE, SERVER_CORE, Server, core_busy_s

WARM_UP_S = 6.0


def commands(server: Server, calls: int, sessions: int, seconds: float) -> dict[str, list[str]]:
    """What is run against the server, by name."""
    wanted = {}
    both = ["--core", str(CALLER_CORE), "--seconds", str(seconds)]
    if calls:
        phone = [sys.executable, str(HERE / "callers.py"), "--url", server.url, "--calls", str(calls)]
        wanted["phone"] = phone + both
    if sessions:
        url = server.url.replace("/twilio/media", "/v1/realtime")
        clients = str(Path(__file__).with_name("clients.py"))
        wanted["browser"] = [sys.executable, clients, "--url", url, "--sessions", str(sessions), *both]
    return wanted


def round_of(calls: int, sessions: int, seconds: float) -> dict[str, Any]:
    """Measure one round."""
    with Server("ours") as server:
        _run(server, commands(server, min(calls, 1), min(sessions, 1), WARM_UP_S))
        before, cpu, began = server.rss_mb(), server.cpu_s(), time.monotonic()
        busy = core_busy_s(SERVER_CORE)
        peak, found = _run(server, commands(server, calls, sessions, seconds))
        cpu, wall = server.cpu_s() - cpu, time.monotonic() - began
        minutes = sum(each["call_s"] for each in found.values()) / 60
        others = core_busy_s(SERVER_CORE) - busy - cpu
        return {
            "calls": calls,
            "sessions": sessions,
            "found": found,
            "cpu_s_per_minute": round(cpu / minutes, 3),
            "mb_each": round((peak - before) / (calls + sessions), 2),
            "others": max(0, round(100 * others / wall)),
        }


def _run(server: Server, wanted: dict[str, list[str]]) -> tuple[float, dict[str, Any]]:
    running = {name: subprocess.Popen(command, stdout=subprocess.PIPE) for name, command in wanted.items()}
    peak, found = 0.0, {}
    for name, process in running.items():
        while True:
            peak = max(peak, server.rss_mb())
            try:
                output, _ = process.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                continue
        if process.returncode:
            raise SystemExit(f"The callers failed. The server wrote:\n{server.log()[-2000:]}")
        found[name] = json.loads(output)
    return peak, found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure browser sessions beside telephone calls.")
    parser.add_argument("--each", type=int, default=20, help="calls, and sessions")
    parser.add_argument("--seconds", type=float, default=40)
    options = parser.parse_args()
    os.sched_setaffinity(0, {CALLER_CORE})
    print("| calls | sessions | | latency p50/p95 ms | barge-in p50/p95 ms | turns, lost | stutters | errors |"
          " CPU-s a minute | MB each | others % |")  # fmt: skip
    print("|" + "--:|" * 11)
    for calls, sessions in ((options.each, 0), (0, options.each), (options.each, options.each)):
        measured = round_of(calls, sessions, options.seconds)
        for name, found in measured["found"].items():
            cells = [
                calls,
                sessions,
                name,
                *(f"{found[what]['p50']:.0f}/{found[what]['p95']:.0f}" if found[what]["n"] else "–"
                  for what in ("latency", "barge_in")),
                f"{found['turns']}, {found['lost']}",
                found["stutters"],
                len(found["errors"]),
                measured["cpu_s_per_minute"],
                measured["mb_each"],
                measured["others"],
            ]  # fmt: skip
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
