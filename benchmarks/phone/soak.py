"""500 short calls, and what is left of them.

    python benchmarks/phone/soak.py --system ours

A quarter of the callers hear a turn out and say goodbye, a quarter leave with ``stop`` at any moment, a
quarter are cut off at any moment by a reset connection, and a quarter right after ``start``. Afterwards
memory and descriptors must be where they were after the first twenty calls, threads no more than asyncio's pool may
have, and the server must rest. Ends with 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import sys
import time
from collections.abc import Iterator

import uvloop
from callers import Caller, prepare
from findings import Findings
from server import CALLER_CORE, SYSTEMS, Server

AT_ONCE = 20
WARM_UP_CALLS = 20
STEPS = 5
SETTLE_S = 5.0
IDLE_S = 10.0

MORE_MB = 10.0
"""Growth over all calls that still counts as none: allocators keep what a peak needed."""
POOL = min(32, (os.cpu_count() or 1) + 4)
"""Threads asyncio keeps for work handed to it; it starts them one by one, as they are needed."""
IDLE_CPU = 0.02
"""Share of a core a server without calls may use."""


async def call_repeatedly(url: str, numbers: Iterator[int], count: int, findings: Findings) -> None:
    """Make ``count`` calls, at most 20 at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            caller, moment = Caller(url, number, findings), random.Random(number).uniform(0.3, 4.0)
            match number % 4:
                case 0:
                    await caller.call(2.0)
                case 1:
                    await caller.call(moment, finish=False)
                case 2:
                    await caller.call(moment, finish=False, abruptly=True)
                case _:
                    await caller.call(0.05, finish=False, abruptly=True)

    await asyncio.gather(*(one(number) for number in itertools.islice(numbers, count)))


def soak(system: str, calls: int) -> bool:
    """Whether everything came back."""
    findings, numbers = Findings(), itertools.count()
    print("| after calls | MB | descriptors | threads |\n|---|---|---|---|")
    with Server(system) as server:
        seen: list[tuple[float, int, int]] = []
        for count in [WARM_UP_CALLS, *[calls // STEPS] * STEPS]:
            uvloop.run(call_repeatedly(server.url, numbers, count, findings))
            time.sleep(SETTLE_S)
            seen.append((server.rss_mb(), server.descriptors(), server.threads()))
            print(
                f"| {len(findings.call_s)} | {seen[-1][0]:.1f} | {seen[-1][1]} | {seen[-1][2]} |", flush=True
            )
        cpu = server.cpu_s()
        time.sleep(IDLE_S)
        idle = (server.cpu_s() - cpu) / IDLE_S
    (before, held_before, threads_before), (after, held, threads) = seen[0], seen[-1]
    print(
        f"\n{findings.turns} turns, {findings.lost} lost, {len(findings.errors)} errors; "
        f"{after - before:+.1f} MB; {100 * idle:.1f} % CPU at rest."
    )
    for error in sorted(set(findings.errors)):
        print(f"  {error}")
    back = after - before <= MORE_MB and held <= held_before and threads <= threads_before + POOL
    return back and idle <= IDLE_CPU and not findings.errors


def main() -> None:
    parser = argparse.ArgumentParser(description="Many short calls, and what is left of them.")
    parser.add_argument("--system", default="ours", choices=SYSTEMS)
    parser.add_argument("--calls", type=int, default=500)
    options = parser.parse_args()
    os.sched_setaffinity(0, {CALLER_CORE})
    prepare()
    sys.exit(0 if soak(options.system, options.calls) else 1)


if __name__ == "__main__":
    main()
