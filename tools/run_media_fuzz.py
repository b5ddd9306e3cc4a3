"""The media protocol under a million damaged messages.

    python tools/run_media_fuzz.py                     # a million, from a seed of today
    python tools/run_media_fuzz.py --seed 7 --mutated 1

What must hold is written in ``tools/media_fuzz.py``; the first thing that does not ends the run with status 1 and
the seed of the stream that shows it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import resource
import sys
import time

from media_fuzz import Fuzzed, FuzzError, fuzz, fuzz_transport

EVERY = 20
"""One stream in so many is also given to a transport."""


def main() -> int:
    parser = argparse.ArgumentParser(description="A fuzz of the media protocol.")
    parser.add_argument("--mutated", type=int, default=1_000_000, help="damaged messages")
    parser.add_argument("--seed", type=int, default=time.time_ns() // 10**9, help="of the first stream")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # a line for each refused stream
    began, peak_before = time.perf_counter(), _peak_mb()

    def told(done: Fuzzed) -> None:
        if done.streams % 5000 == 0:
            print(f"{done.mutated:,} messages in {done.streams:,} streams", file=sys.stderr)

    try:
        done = fuzz(options.seed, options.mutated, told=told)
        asyncio.run(_transports(options.seed, done.streams // EVERY))
    except FuzzError as error:
        print(error)
        return 1
    print(
        f"seed {options.seed}: {done.mutated:,} damaged messages in {done.streams:,} streams, of which "
        f"{done.refused:,} were refused; {done.sound_s:,.0f} s of sound came out; "
        f"{time.perf_counter() - began:.0f} s, peak memory +{_peak_mb() - peak_before:.0f} MB"
    )
    for reason in sorted(done.reasons):
        print(f"  {reason}")
    return 0


async def _transports(seed: int, streams: int) -> None:
    for one in range(streams):
        await fuzz_transport(seed + one)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
