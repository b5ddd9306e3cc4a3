import asyncio
import errno
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import lock_descriptor, unlock_descriptor
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.observability import AuditError, AuditEvent, JsonLinesAuditLog, audit


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
    synced: list[int | str] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        synced.append("folder" if stat.S_ISDIR(found.st_mode) else found.st_size)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await log.append(event())
    size = (tmp_path / "audit.jsonl").stat().st_size
    await log.append(event())
    assert synced == ["folder", size, 2 * size]


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


TORN = event(9).model_dump_json().encode()
"""A record without the end of its line."""


@pytest.mark.parametrize(
    "torn", [TORN[:1], TORN[:100], TORN[:-1], b"\0" * 50, b"\xc3", b"x" * 10_000, "{\u2028".encode()]
)
async def test_what_a_writer_left_unfinished_does_not_swallow_the_next_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, torn: bytes
) -> None:
    path = tmp_path / "audit.jsonl"
    log = JsonLinesAuditLog(path)
    await log.append(event(1))
    with path.open("ab") as file:
        file.write(torn)
    assert log.read() == [event(1)]
    await log.append(event(2))
    assert log.read() == [event(1), event(2)]
    assert (tmp_path / "audit.jsonl.torn").read_bytes() == torn + b"\n"
    assert (tmp_path / "audit.jsonl.torn").stat().st_mode & 0o077 == 0
    assert f"{len(torn)} bytes of a record nobody finished" in caplog.text


async def test_a_whole_record_without_its_line_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(TORN)
    log = JsonLinesAuditLog(path)
    assert log.read() == [event(9)]
    await log.append(event(10))
    assert log.read() == [event(9), event(10)]
    assert not (tmp_path / "audit.jsonl.torn").exists()


async def test_a_torn_first_record_is_moved_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(TORN[:50])
    await JsonLinesAuditLog(path).append(event())
    assert JsonLinesAuditLog(path).read() == [event()]


async def test_a_writer_in_the_middle_of_a_record_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = JsonLinesAuditLog(path)
    with path.open("ab", buffering=0) as other:  # as another process does it
        lock_descriptor(other.fileno())
        other.write(TORN[:100])
        waiting = asyncio.create_task(log.append(event(10)))
        await asyncio.wait({waiting}, timeout=0.05)
        assert not waiting.done()
        other.write(TORN[100:] + b"\n")
        unlock_descriptor(other.fileno())
        await waiting
    assert log.read() == [event(9), event(10)]


async def test_a_file_that_is_never_let_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LOCK_S", 0.0)
    path = tmp_path / "audit.jsonl"
    with path.open("ab") as other:
        lock_descriptor(other.fileno())
        with pytest.raises(
            AuditError, match=r"Another process has kept .*audit.jsonl locked for 0 s: end it"
        ):
            await JsonLinesAuditLog(path).append(event())
    assert path.read_bytes() == b""


async def test_a_record_that_cannot_be_flushed_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    log = JsonLinesAuditLog(path)
    await log.append(event(1))

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(AuditError, match=r"could not be written to .*audit.jsonl \(input/output error\)"):
            await log.append(event(2))
    assert log.read() == [event(1)]


def python(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own that has ``event`` and ``log``."""
    beginning = f"""
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_audit import event
from emads_voice.observability import AuditError, JsonLinesAuditLog
log = JsonLinesAuditLog(Path(sys.argv[1]))
"""
    command = [sys.executable, "-c", beginning + program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
async def test_a_full_disk_costs_no_acknowledged_record(tmp_path: Path) -> None:
    """A limit on the size of files does what a full disk does: takes a part of the last record, then fails."""
    path = tmp_path / "audit.jsonl"
    for number, limit in enumerate((1000, 1500, 1777)):
        full = python(
            """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
turn = int(sys.argv[3])
try:
    while True:
        asyncio.run(log.append(event(turn)))
        turn += 1
except AuditError as error:
    print(error)
""",
            path,
            limit,
            100 * number,
        )
        told, _ = full.communicate(timeout=60)
        assert "(file too large): make room" in told
        assert path.read_bytes().endswith(b"}\n")
        await JsonLinesAuditLog(path).append(event(100 * number + 99))
    turns = [kept.turn for kept in JsonLinesAuditLog(path).read()]
    assert {99, 199, 299} <= set(turns)
    assert turns == sorted(set(turns))
    assert not (tmp_path / "audit.jsonl.torn").exists()


def test_no_acknowledged_record_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    """Three writers at a time, of records long enough to be torn, each killed at its work once it has written ten."""
    path = tmp_path / "audit.jsonl"
    write = """
turn = int(sys.argv[2])
while True:
    asyncio.run(log.append(event(turn, "x" * 100_000)))
    print(turn, flush=True)
    turn += 1
"""
    acknowledged: set[int] = set()

    def kill(writers: Sequence["subprocess.Popen[str]"]) -> None:
        for writer in writers:
            assert writer.stdout
            for _ in range(10):
                acknowledged.add(int(writer.stdout.readline()))
            writer.kill()
            acknowledged.update(map(int, writer.stdout.read().split()))
            writer.wait()

    for generation in range(2):
        kill([python(write, path, 10_000 * (3 * generation + number)) for number in range(3)])
    asyncio.run(JsonLinesAuditLog(path).append(event(1_000_000)))
    kept = [record.turn for record in JsonLinesAuditLog(path).read()]
    assert acknowledged | {1_000_000} <= set(kept)
    assert len(kept) == len(set(kept))


ANYTHING = st.text(st.characters(exclude_categories=()))
"""Lone surrogates too."""


@given(text=ANYTHING, name=ANYTHING, seconds=st.floats(allow_nan=False))
def test_whatever_is_said_comes_back_as_one_record(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str, seconds: float
) -> None:
    path = tmp_path_factory.mktemp("any") / "audit.jsonl"
    said = AuditEvent(
        at=datetime(2026, 1, 2, tzinfo=UTC),
        thread_id=name,
        turn=1,
        text=text,
        language=name,
        model=name,
        audio_sha256="",
        duration_s=seconds,
    )
    log = JsonLinesAuditLog(path)
    log._write((said.model_dump_json() + "\n").encode())
    log._write((event().model_dump_json() + "\n").encode())
    assert log.read() == [said, event()]


async def test_line_ends_of_other_alphabets_are_kept(tmp_path: Path) -> None:
    said = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei\r\nj"
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await log.append(event(text=said))
    assert [kept.text for kept in log.read()] == [said]
    assert len((tmp_path / "audit.jsonl").read_bytes().split(b"\n")) == 2


async def test_half_characters_are_replaced_and_halves_that_belong_together_joined(tmp_path: Path) -> None:
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await log.append(event(text="a\ud800b \ud83d\ude00"))
    assert [kept.text for kept in log.read()] == ["a\ufffdb \U0001f600"]
    assert json.loads((tmp_path / "audit.jsonl").read_bytes())["text"] == "a\ufffdb \U0001f600"


async def test_a_length_that_is_no_number_leaves_the_file_readable(tmp_path: Path) -> None:
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await log.append(event().model_copy(update={"duration_s": float("nan")}))
    assert [str(kept.duration_s) for kept in log.read()] == ["nan"]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (b"not json", "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b'{"kind":"voice_input"}', "at: Field required"),
        (b'{"text":"0901234567"', "Invalid JSON"),
    ],
)
async def test_a_damaged_line_is_named_and_not_quoted(tmp_path: Path, damage: bytes, fault: str) -> None:
    path = tmp_path / "audit.jsonl"
    log = JsonLinesAuditLog(path)
    await log.append(event(1))
    with path.open("ab") as file:
        file.write(damage + b"\n")
    await log.append(event(2))
    with pytest.raises(AuditError) as told:
        log.read()
    assert str(told.value).startswith(f"{path}, line 2 is no audit record ({fault}")
    assert "0901234567" not in str(told.value)


async def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"cannot be read \(is a directory\)"):
        JsonLinesAuditLog(tmp_path).read()


async def test_nothing_is_said_where_nothing_is_wrong(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "emads_voice")
    log = JsonLinesAuditLog(tmp_path / "audit.jsonl")
    await asyncio.gather(*(log.append(event(turn)) for turn in range(3)))
    log.read()
    assert caplog.text == ""
