"""What the ledger costs: appends beside bare inserts, and how fast it is verified.

    python benchmarks/ledger.py [--entries 20000]

Both are timed on this machine's disk, in turns, and as a ratio, as disks and neighbours differ. A bare insert is one
row of the same size in one transaction of its own, in the same kind of file. Verifying is measured in seconds of CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from emads_voice.database import open_sqlite
from emads_voice.observability import AuditEvent, now
from emads_voice.observability.ledger import open_ledger
from emads_voice.observability.ledger.checkpoints import Folder, make_checkpoint
from emads_voice.observability.ledger.signed_note import SigningKey
from emads_voice.observability.ledger.verifying import verify

SENTENCE = "Chúng ta có nên chuyển hệ thống đặt hàng sang Kubernetes trước Tết không?"
ROUNDS = 5


def event(n: int) -> AuditEvent:
    return AuditEvent(
        at=now(),
        thread_id=f"call-{n % 50}",
        turn=n,
        text=SENTENCE,
        language="Vietnamese",
        model="whisper:base",
    )


def timed(work: Callable[[], object], count: int) -> list[float]:
    took = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return took


def p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def appends(folder: Path, count: int) -> None:
    bare, ledger = open_sqlite(folder / "bare.sqlite"), open_ledger(folder)
    with bare.writing() as connection:
        connection.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, record BLOB NOT NULL)"))
    row = bytes(600)

    def insert() -> None:
        with bare.writing() as connection:
            connection.execute(text("INSERT INTO bare (record) VALUES (:record)"), {"record": row})

    def append() -> None:
        with ledger.database.writing() as connection:
            ledger.append_in(connection, event(1))

    timed(insert, 20)
    timed(append, 20)
    ours, theirs = [], []
    for _ in range(count * ROUNDS):  # in turns: a neighbour of this machine slows both
        theirs += timed(insert, 1)
        ours += timed(append, 1)
    print(f"bare inserts   {1 / statistics.median(theirs):7.0f}/s  p99 {p99(theirs) * 1000:6.2f} ms")
    print(f"appends        {1 / statistics.median(ours):7.0f}/s  p99 {p99(ours) * 1000:6.2f} ms")
    print(f"ratio          {statistics.median(theirs) / statistics.median(ours):7.0%}    (aim 80 %)")

    async def together() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(ledger.append(event(n)) for n in range(count * 4)))
        return count * 4 / (time.perf_counter() - began)

    print(f"50 calls       {asyncio.run(together()):7.0f}/s  acknowledged, as commits are shared")
    ledger.close()
    bare.close()


def verifying(folder: Path, count: int) -> None:
    ledger = open_ledger(folder)
    for begin in range(0, count, 5_000):
        with ledger.database.writing() as connection:
            for n in range(begin, min(begin + 5_000, count)):
                ledger.append_in(connection, event(n))
    key, place = SigningKey.load(folder / "signing.key"), Folder(folder / "checkpoints")
    make_checkpoint(ledger, key, place)
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        report = verify(ledger.database, place.all(), [key.public])
        best = max(best, report.entries / (time.process_time() - began))
        assert not report.faults
    print(f"verified       {best:7.0f} entries per second of CPU    (aim 150000)")
    ledger.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--appends", type=int, default=200, help="in each of the rounds")
    parser.add_argument("--entries", type=int, default=20_000, help="of the ledger that is verified")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        appends(Path(folder) / "appends", asked.appends)
        verifying(Path(folder) / "verifying", asked.entries)


if __name__ == "__main__":
    main()
