"""Random lives of decisions, many more than the tests have: approvals, deaths, two workers, leases, clocks that jump.

    python benchmarks/decisions.py [--schedules 10000] [--start 1000]

Each has to end with every effect there once and every approval in the ledger; the first that does not is shown, as
short as it can be made.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "emads_voice" / "decisions"))

from schedules import run_schedules


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument(
        "--start", type=int, default=1_000, help="of the random numbers; other than the tests have"
    )
    given = parser.parse_args()
    began = time.process_time()
    run_schedules(given.schedules, given.start)
    print(f"{given.schedules} schedules, none wrong, {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    main()
