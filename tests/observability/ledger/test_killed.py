"""What was acknowledged survives: a process that is killed, a disk that is full, a database that goes away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    kind: str, request: pytest.FixtureRequest
) -> None:
    where = request.getfixturevalue("database") if kind == "postgres" else ""
    done = subprocess.run(
        [
            sys.executable, ROOT / "benchmarks" / "ledger_kills.py",
            "--kills", "2", "--acknowledged", "200", "--postgres", where,
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "over 2 kills: 0 lost, 0 twice; 0 faults" in done.stdout


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from emads_voice.observability import AuditError, AuditEvent, now
from emads_voice.observability.ledger import open_ledger

def event(kind, turn):
    return AuditEvent(kind=kind, at=now(), thread_id="call", turn=turn, text="x" * 2000)

async def main():
    ledger = open_ledger(Path(sys.argv[1]))
    await ledger.append(event("voice_input", 1))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
    kept = 1
    try:
        for turn in range(2, 1000):
            await ledger.append(event("voice_input", turn))
            kept = turn
    except AuditError as error:
        print(error)
    ledger.note(event("said", kept))
    ledger.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await ledger.append(event("voice_input", kept + 1))
    told = [(read.event.kind, read.event.turn) for read in ledger.read("call")]
    assert told == [*(("voice_input", n) for n in range(1, kept + 1)), ("gap", 0), ("voice_input", kept + 1)], told
    print("kept", kept)

asyncio.run(main())
"""


def test_a_full_disk_is_said_and_what_was_lost_meanwhile_is_told(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "The audit record could not be kept: " in done.stdout
    assert "does not take or give records (" in done.stdout
    assert int(done.stdout.split()[-1]) > 2
