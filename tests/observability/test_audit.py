import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emads_voice.observability import AuditError, AuditEvent, JsonLinesAuditLog


def event(turn: int = 1, text: str = "xin chào") -> AuditEvent:
    return AuditEvent(
        at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        thread_id="t",
        turn=turn,
        text=text,
        language="Vietnamese",
        model="whisper:base",
        audio_sha256="ab" * 32,
        duration_s=1.25,
    )


async def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    log = JsonLinesAuditLog(tmp_path / "deep" / "audit.jsonl")
    assert log.read() == []
    await asyncio.gather(*(log.append(event(turn)) for turn in range(20)))
    assert sorted(kept.turn for kept in log.read()) == list(range(20))
    assert log.read()[0].model_dump(exclude={"turn"}) == event().model_dump(exclude={"turn"})


def test_a_record_of_before_there_were_others_is_still_read(tmp_path: Path) -> None:
    old = (
        '{"kind":"voice_input","at":"2026-01-02T03:04:05Z","thread_id":"t","turn":1,"text":"xin chào",'
        '"language":"Vietnamese","model":"whisper:base","audio_sha256":"' + "ab" * 32 + '","duration_s":1.25}'
    )
    (tmp_path / "audit.jsonl").write_text(old + "\n", "utf-8")
    assert JsonLinesAuditLog(tmp_path / "audit.jsonl").read() == [event()]


async def test_a_record_is_flushed_to_disk_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: (synced.append(os.fstat(descriptor).st_size), sync(descriptor))
    )
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await log.append(event())
    assert synced == [(tmp_path / "audit.jsonl").stat().st_size]


def test_an_acknowledged_record_survives_the_process_being_killed(tmp_path: Path) -> None:
    program = f"""
import asyncio, os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_audit import event
from emads_voice.observability import JsonLinesAuditLog
async def main():
    await JsonLinesAuditLog(__import__("pathlib").Path({str(tmp_path / "audit.jsonl")!r})).append(event())
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False)
    assert killed.returncode == -9
    assert [kept.text for kept in JsonLinesAuditLog(tmp_path / "audit.jsonl").read()] == ["xin chào"]


async def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AuditError, match="EMADS_DATA_DIR"):
        await JsonLinesAuditLog(tmp_path / "file" / "audit.jsonl").append(event())


async def test_only_the_owner_may_read_the_log(tmp_path: Path) -> None:
    await JsonLinesAuditLog(tmp_path / "audit.jsonl").append(event())
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o077 == 0
