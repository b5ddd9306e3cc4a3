"""Kills a process that appends to the ledger, again and again: nothing it was told is kept may be lost.

    python benchmarks/ledger_kills.py [--kills 8] [--acknowledged 3000] [--postgres CONNINFO]

Each process appends for 50 conversations at once and names every entry that was acknowledged. It is killed with SIGKILL
in the middle of that. At the end every acknowledged entry has to be there, once, and the ledger whole.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from pydantic import SecretStr

from emads_voice.observability import AuditEvent, now
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.observability.ledger.checkpoints import Folder, make_checkpoint
from emads_voice.observability.ledger.signed_note import SigningKey
from emads_voice.observability.ledger.verifying import verify

CALLS = 50


def opened(folder: Path, postgres: str) -> Ledger:
    return open_ledger(folder, postgres=SecretStr(postgres) if postgres else None)


async def append(ledger: Ledger, number: int) -> None:
    async def call(which: int) -> None:
        turn = 0
        while True:
            turn += 1
            name = f"{number}-{which}-{turn}"
            await ledger.append(
                AuditEvent(at=now(), thread_id=f"call-{which}", turn=turn, text="xin chào", id=name)
            )
            print(name, flush=True)

    await asyncio.gather(*(call(which) for which in range(CALLS)))


def kill(folder: Path, postgres: str, number: int, acknowledged: int) -> list[str]:
    """Let a process append until so many entries are acknowledged, and kill it; returns what it said was kept."""
    command = [
        sys.executable,
        __file__,
        "--child",
        str(number),
        "--folder",
        str(folder),
        "--postgres",
        postgres,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        kept = [child.stdout.readline() for _ in range(acknowledged)]
        child.send_signal(signal.SIGKILL)
        kept += child.stdout.readlines()
    # A line without its end was being written as the process died.
    return [line.strip() for line in kept if line.endswith("\n")]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--acknowledged", type=int, default=3_000, help="in all")
    parser.add_argument("--postgres", default="", help="a database, in place of an SQLite file")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        asyncio.run(append(opened(asked.folder, asked.postgres), asked.child))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        each = -(-asked.acknowledged // asked.kills)
        ledger = opened(folder, asked.postgres)
        key, place = SigningKey.load(folder / "signing.key"), Folder(folder / "checkpoints")
        told: list[str] = []
        for number in range(asked.kills):
            told += kill(folder, asked.postgres, number, each)
            make_checkpoint(ledger, key, place)
        kept = [read.event.id for read in ledger.read_all()]
        report = verify(ledger.database, place.all(), [key.public])
        ledger.close()
    lost = set(told) - set(kept)
    print(
        f"{len(told)} acknowledged over {asked.kills} kills: {len(lost)} lost, {len(kept) - len(set(kept))} twice;"
        f" {len(report.faults)} faults in {report.entries} entries"
    )
    return 1 if lost or report.faults or len(kept) != len(set(kept)) else 0


if __name__ == "__main__":
    sys.exit(main())
