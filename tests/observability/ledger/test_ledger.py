"""The ledger keeps what it says it has kept, in the order of each conversation, in SQLite and Postgres."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from emads_voice.database import Database, DatabaseError, open_postgres, open_sqlite
from emads_voice.observability import AuditError, AuditEvent, now
from emads_voice.observability.ledger import Ledger, Persons


def event(thread: str = "call-1", **known: object) -> AuditEvent:
    return AuditEvent.model_validate({"at": now(), "thread_id": thread, "kind": "voice_input", **known})


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    def opening() -> Database:
        if request.param == "sqlite":
            return open_sqlite(tmp_path / "records.sqlite")
        return open_postgres(SecretStr(request.getfixturevalue("database")))

    opened = Ledger(opening, Persons(tmp_path / "persons.key"))
    yield opened
    opened.close()


async def test_what_is_appended_is_read_back(ledger: Ledger) -> None:
    heard = event(
        text="Xin chào \ud800", language="Vietnamese", model="whisper:base", audio_sha256="ab" * 32, duration_s=1.25,
        turn=1, trace_id="cd" * 16, details={"agents": "cto", "degraded": True, "score": 0.5, "none": None},
    )  # fmt: skip
    await ledger.append(heard)
    (read,) = ledger.read("call-1")
    assert read.event == heard
    assert read.event.text == "Xin chào \ufffd"
    assert not read.erased
    assert read.entry.name == "call-1:1"
    assert "Xin chào" not in read.entry.record.decode()


async def test_a_length_that_is_no_number_is_kept_as_one(ledger: Ledger) -> None:
    await ledger.append(event(duration_s=float("inf")))
    assert ledger.read("call-1")[0].event.duration_s == float("inf")


async def test_entries_of_a_conversation_name_the_one_before(ledger: Ledger) -> None:
    await asyncio.gather(*(ledger.append(event(f"call-{n % 3}", turn=n)) for n in range(30)))
    for call in range(3):
        entries = [read.entry for read in ledger.read(f"call-{call}")]
        assert [entry.sequence for entry in entries] == list(range(1, 11))
        for before, entry in pairwise(entries):
            assert before.hash.hex() in entry.record.decode()
        assert [read.event.turn for read in ledger.read(f"call-{call}")] == list(range(call, 30, 3))
    assert ledger.conversations() == ["call-2", "call-1", "call-0"]


async def test_what_is_noted_keeps_its_place_among_what_is_appended(ledger: Ledger) -> None:
    for turn in range(20):
        ledger.note(event(kind="routed", turn=turn))
        await ledger.append(event(turn=turn))
        ledger.note(event(kind="said", turn=turn))
    ledger.flush()
    told = [(read.event.turn, read.event.kind) for read in ledger.read("call-1")]
    assert told == [(turn, kind) for turn in range(20) for kind in ("routed", "voice_input", "said")]


def test_an_entry_is_kept_with_the_transaction_it_is_appended_in(ledger: Ledger) -> None:
    with ledger.database.writing() as connection:
        first = ledger.append_in(connection, event(kind="proposed"))
        second = ledger.append_in(connection, event(kind="reviewed"))
    assert [read.entry for read in ledger.read("call-1")] == [first, second]

    def fail() -> None:
        with ledger.database.writing() as connection:
            ledger.append_in(connection, event(kind="executed"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [read.event.kind for read in ledger.read("call-1")] == ["proposed", "reviewed"]


async def test_two_ledgers_append_to_one_conversation(ledger: Ledger, tmp_path: Path) -> None:
    ledger.database  # noqa: B018
    other = Ledger(ledger._opening, Persons(tmp_path / "persons.key"))
    await asyncio.gather(*(where.append(event(turn=n)) for n in range(25) for where in (ledger, other)))
    other.close()
    assert [read.entry.sequence for read in ledger.read("call-1")] == list(range(1, 51))


class Refusing:
    """A database that is gone until it is mended."""

    def __init__(self, path: Path) -> None:
        self.path, self.broken = path, True

    def __call__(self) -> Database:
        if self.broken:
            raise DatabaseError("The disk is full.")
        return open_sqlite(self.path)


async def test_what_is_lost_is_told_with_the_next_entry_that_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refusing = Refusing(tmp_path / "records.sqlite")
    ledger = Ledger(refusing, Persons(tmp_path / "persons.key"))
    ledger.note(event(kind="routed"))
    with pytest.raises(AuditError, match=r"could not be kept: The disk is full\."):
        await ledger.append(event())
    ledger.note(event(kind="said"))
    ledger.note(event("call-2", kind="said"))
    ledger.flush()
    assert "Audit records are lost (routed" in caplog.text

    refusing.broken = False
    await ledger.append(event(turn=2))
    await ledger.append(event(turn=3))
    told = [(read.event.kind, dict(read.event.details)) for read in ledger.read("call-1")]
    # Whoever appended was told: only what nobody waited for is missing unknown.
    assert told == [("gap", {"lost": 2}), ("voice_input", {}), ("voice_input", {})]
    ledger.close()


async def test_a_caller_who_is_cancelled_does_not_take_the_record_with_them(tmp_path: Path) -> None:
    ledger = Ledger(lambda: open_sqlite(tmp_path / "records.sqlite"), Persons(tmp_path / "persons.key"))
    appending = asyncio.create_task(ledger.append(event()))
    await asyncio.sleep(0)
    appending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await appending
    ledger.flush()
    assert len(ledger.read("call-1")) == 1
    ledger.close()
