"""Whatever is changed in a ledger is found: every byte of it, every entry that is taken out, cut off or moved."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from emads_voice.database import DatabaseError
from emads_voice.observability import AuditError, AuditEvent, now
from emads_voice.observability.ledger.records import hash_of
from emads_voice.observability.ledger.signed_note import NoteError, PublicKey, SigningKey, read_note

TABLES = ("ledger_entries", "ledger_keys", "ledger_checkpoints")


def small(kept: Any, of: Callable[..., AuditEvent]) -> None:
    kept.write(
        of("a", text="one"), of("b", text="two", person="+84912345678"), of("a", kind="said", text="three")
    )
    kept.checkpoint()
    kept.write(of("b", kind="ended"), of("a", kind="ended"))
    kept.checkpoint()


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_ledger_that_nobody_touched_is_whole(kept: Any, of: Callable[..., AuditEvent]) -> None:
    small(kept, of)
    report = kept.verify()
    assert report.faults == []
    assert (report.entries, report.conversations, report.signed, report.checkpoints) == (5, 2, 5, 2)
    kept.write(of("c"))
    report = kept.verify()
    assert report.faults == []
    assert (report.entries, report.signed) == (6, 5)


def test_an_empty_ledger_is_whole(kept: Any) -> None:
    assert kept.checkpoint() is None
    assert kept.verify().faults == []


def test_every_changed_byte_is_found(kept: Any, of: Callable[..., AuditEvent]) -> None:
    kept.write(of("a"), of("b", person="+84912345678"), of("a"))
    kept.checkpoint()
    connection = sqlite3.connect(kept.path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    tried = 0
    for table, row, column, value in list(_values(connection)):
        for changed in _changes(value):
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, row))
            assert kept.faults(), (table, row, column, changed)
            tried += 1
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, row))
    assert kept.faults() == []
    assert tried > 1_500
    connection.close()


def _values(connection: sqlite3.Connection) -> Iterator[tuple[str, int, str, Any]]:
    for table in TABLES:
        columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
        # Whether something was published already only says whether to do it again; an id is the order of waiting.
        # The size of a checkpoint is SQLite's number of its row, and changed in the test below.
        for column in set(columns) - {"published", "size", "id"} | (
            {"id"} if table == "ledger_keys" else set()
        ):
            for row, value in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
                yield table, row, column, value


def _changes(value: Any) -> Iterator[Any]:
    match value:
        case bytes():
            yield "x"
            for i in range(len(value)):
                yield value[:i] + bytes([value[i] ^ 1]) + value[i + 1 :]
            yield value[:-1]
            yield value + b"\0"
        case str():
            for i in range(len(value)):
                yield value[:i] + chr(ord(value[i]) ^ 1) + value[i + 1 :]
            yield from (value[:-1], f"{value} ") if value else ("x",)
        case int():
            yield value + 1_000


def test_every_changed_byte_of_a_checkpoint_is_found(kept: Any, of: Callable[..., AuditEvent]) -> None:
    small(kept, of)
    for path in (kept.folder / "elsewhere").glob("*.note"):
        whole = path.read_bytes()
        for i in range(len(whole)):
            path.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
            assert kept.faults()[0] == ("bad_signature", path.name), i
        for i in range(0, len(whole), 9):
            path.write_bytes(whole[:i])
            assert kept.faults()[0] == ("bad_signature", path.name), i
        path.write_bytes(whole)
    assert kept.faults() == []


def test_every_set_of_entries_taken_out_is_found(kept: Any, of: Callable[..., AuditEvent]) -> None:
    small(kept, of)
    kept.ledger.close()
    shutil.copy(kept.path, kept.folder / "whole")
    for taken in range(1, 2**5):
        ids = [str(n + 1) for n in range(5) if taken >> n & 1]
        change(kept.path, f"DELETE FROM ledger_entries WHERE id IN ({','.join(ids)})")
        assert kept.faults(), ids
        kept.ledger.close()
        shutil.copy(kept.folder / "whole", kept.path)
    assert kept.faults() == []


def test_every_order_but_the_one_written_is_found(kept: Any, of: Callable[..., AuditEvent]) -> None:
    small(kept, of)
    connection = sqlite3.connect(kept.path, isolation_level=None)
    for order in list(permutations(range(5)))[1:]:
        connection.execute("UPDATE ledger_entries SET position = -position - 1")
        for n, position in enumerate(order):
            connection.execute("UPDATE ledger_entries SET position = ? WHERE id = ?", (position, n + 1))
        assert kept.faults(), order
    connection.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE ledger_entries SET record = replace(record, 'said', 'sald') WHERE id = 3",
            ("edited", "a:2"),
        ),
        ("DELETE FROM ledger_entries WHERE id = 3", ("deleted", "a:2")),
        ("DELETE FROM ledger_entries WHERE id = 1", ("deleted", "a:1")),
        ("DELETE FROM ledger_entries WHERE id > 3", ("truncated", "000000000005")),
        ("DELETE FROM ledger_keys WHERE conversation = 'b'", ("key_missing", "b:1")),
        ("UPDATE ledger_keys SET secret = x'' WHERE conversation = 'b'", ("key_missing", "b:1")),
        (
            "UPDATE ledger_checkpoints SET note = replace(note, 'emads', 'emadz')",
            ("bad_signature", "of 3 entries"),
        ),
        ("DELETE FROM ledger_checkpoints WHERE size = 3", ("deleted", "000000000003")),
        ("UPDATE ledger_entries SET position = 'x' WHERE id = 3", ("deleted", "position 2")),
        ("UPDATE ledger_entries SET position = 2.5 WHERE id = 3", ("deleted", "position 2")),
        (
            "UPDATE ledger_entries SET record = cast(x'ff' AS TEXT) WHERE id = 3",
            ("edited", "a:2"),
        ),
        (
            "UPDATE ledger_checkpoints SET note = cast(x'ff' AS TEXT) WHERE size = 3",
            ("bad_signature", "of 3 entries"),
        ),
        (
            "UPDATE ledger_entries SET record = '{\"a\":' || replace(hex(zeroblob(50000)), '0', '[') WHERE id = 3",
            ("edited", "a:2"),
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON ledger_entries BEGIN DELETE FROM ledger_entries; END",
            ("inserted", "trigger t"),
        ),
        ("INSERT INTO ledger_cursors VALUES ('otlp', 'x')", ("truncated", "otlp")),
    ],
)
def test_what_was_done_is_said_and_where(
    kept: Any, of: Callable[..., AuditEvent], statement: str, found: tuple[str, str]
) -> None:
    small(kept, of)
    change(kept.path, statement)
    kind, where = found
    assert any(fault == kind and place.startswith(where) for fault, place in kept.faults()), kept.faults()


def test_tables_that_are_gone_are_said_to_be(kept: Any, of: Callable[..., AuditEvent]) -> None:
    small(kept, of)
    change(kept.path, "ALTER TABLE ledger_entries RENAME TO other")
    with pytest.raises(DatabaseError, match="restore them from a backup"):
        kept.verify()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"at": "2999-01-01T00:00:00+00:00"}, ("misdated", "a:4")),
        ({"at": "2026-01-01T00:00:00"}, ("edited", "a:4")),
        ({"kind": "approved"}, ("inserted", "a:4")),
        ({"version": 2}, ("inserted", "a:4")),
        ({"duration_s": "long"}, ("edited", "a:4")),
        ({"sealed": "AAAA"}, ("edited", "a:4")),
    ],
)
def test_an_entry_that_was_put_in_and_chained_is_one_that_could_be_written(
    kept: Any, of: Callable[..., AuditEvent], changed: dict[str, Any], found: tuple[str, str]
) -> None:
    small(kept, of)
    put_in(kept, **changed)
    assert kept.faults() == [found]


def put_in(kept: Any, **changed: Any) -> None:
    last = kept.ledger.read("a")[-1].entry
    told = json.loads(last.record) | {"sequence": last.sequence + 1, "previous": last.hash.hex()} | changed
    record = json.dumps(told, separators=(",", ":")).encode()
    with kept.ledger.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO ledger_entries (conversation, sequence, record, hash)"
                " VALUES ('a', :sequence, :record, :hash)"
            ),
            {"sequence": last.sequence + 1, "record": record, "hash": hash_of(record)},
        )


def test_an_entry_that_is_dated_before_an_earlier_one_is_told(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    small(kept, of)
    kept.write(of("a", at=now() - timedelta(minutes=4)))
    assert kept.verify().backdated == []
    kept.write(of("a", at=now() - timedelta(hours=1)))
    report = kept.verify()
    assert (report.backdated, report.faults) == (["a:5"], [])


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ("*", [("deleted", "of 3 entries, in the database"), ("deleted", "of 5 entries, in the database")]),
        ("000000000003*", [("deleted", "of 3 entries, in the database")]),
        ("000000000005*", [("truncated", "checkpoint"), ("deleted", "of 5 entries, in the database")]),
        ("checkpoint", [("deleted", "checkpoint")]),
    ],
)
def test_checkpoints_that_were_taken_away_are_missed(
    kept: Any, of: Callable[..., AuditEvent], taken: str, found: list[tuple[str, str]]
) -> None:
    small(kept, of)
    for path in (kept.folder / "elsewhere").glob(taken):
        path.unlink()
    assert kept.faults() == found


def test_an_older_checkpoint_in_the_place_of_the_last_is_found_and_believed_by_nobody(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    small(kept, of)
    place = kept.folder / "elsewhere"
    shutil.copy(next(place.glob("000000000003*")), place / "checkpoint")
    assert kept.faults() == [("truncated", "checkpoint")]
    change(
        kept.path, "DELETE FROM ledger_entries WHERE id > 3", "DELETE FROM ledger_checkpoints WHERE size > 3"
    )
    with pytest.raises(AuditError, match="3 entries that were signed, and 5 in the last checkpoint"):
        kept.checkpoint()


def test_entries_that_change_places_are_said_to_be_reordered(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    small(kept, of)
    change(
        kept.path,
        "UPDATE ledger_entries SET sequence = -1 WHERE id = 1",
        "UPDATE ledger_entries SET sequence = 1 WHERE id = 3",
        "UPDATE ledger_entries SET sequence = 2 WHERE id = 1",
    )
    assert ("reordered", "a:1") in kept.faults()


def test_a_ledger_made_anew_with_its_own_key_differs_from_what_was_published(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    small(kept, of)
    kept.ledger.close()
    for path in kept.folder.glob("records.sqlite*"):
        path.unlink()
    kept.write(*(of("a", text="other") for _ in range(5)))
    elsewhere = kept.folder / "elsewhere"
    elsewhere.rename(kept.folder / "away")  # else nothing more is signed
    kept.checkpoint()
    for path in (kept.folder / "away").glob("*.note"):
        path.rename(elsewhere / path.name)
    faults = kept.faults()
    assert any(kind == "forked" for kind, _ in faults)
    assert any("both signed" in fault.what for fault in kept.verify().faults)


def test_a_ledger_put_back_to_an_earlier_state_signs_nothing_more(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    small(kept, of)
    kept.ledger.close()
    for path in kept.folder.glob("records.sqlite*"):
        path.unlink()
    kept.write(of("a"))
    with pytest.raises(AuditError, match="0 entries that were signed, and 5 in the last checkpoint"):
        kept.checkpoint()


def test_another_ledgers_folder_is_not_published_in(
    kept: Any, of: Callable[..., AuditEvent], tmp_path: Path
) -> None:
    small(kept, of)
    kept.key = SigningKey.load(tmp_path / "other.key")
    kept.write(of("a"))
    with pytest.raises(AuditError, match="not one of this ledger"):
        kept.checkpoint()


def test_what_could_not_be_published_is_published_with_the_next(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    (kept.folder / "elsewhere").touch()
    kept.write(of("a"))
    with pytest.raises(AuditError, match="cannot be"):
        kept.checkpoint()
    (kept.folder / "elsewhere").unlink()
    kept.write(of("a"))
    kept.checkpoint()
    assert kept.verify().signed == 2
    kept.checkpoint()
    assert kept.verify().faults == []


def test_a_cosignature_is_asked_for_and_checked(tmp_path: Path) -> None:
    import base64

    from emads_voice.observability.ledger.signed_note import Checkpoint

    log = SigningKey.load(tmp_path / "log.key")
    witness = SigningKey.load(tmp_path / "witness.key")
    key = PublicKey("witness.example/w1", bytes([4]) + witness.public.data[1:])
    note = Checkpoint(log.public.name, 3, bytes(32)).signed(log)
    with pytest.raises(NoteError, match=r"witness.example/w1 has not signed it"):
        read_note(note, log.public, [key])
    text = note[: note.index("\n\n") + 1]
    signed = witness._key.sign(f"cosignature/v1\ntime 1679315147\n{text}".encode())
    line = base64.b64encode(key.id + (1679315147).to_bytes(8, "big") + signed).decode()
    assert read_note(f"{note}— {key.name} {line}\n", log.public, [PublicKey.read(str(key))]).size == 3
    other = base64.b64encode(key.id + (1679315148).to_bytes(8, "big") + signed).decode()
    with pytest.raises(NoteError, match="signature of witness.example/w1 is wrong"):
        read_note(f"{note}— {key.name} {other}\n", log.public, [key])


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_change_to_a_larger_ledger_is_found(large: Any, data: st.DataObject) -> None:
    connection = sqlite3.connect(large.path, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        row = data.draw(st.integers(1, 2_000))
        (record,) = connection.execute("SELECT record FROM ledger_entries WHERE id = ?", (row,)).fetchone()
        at = data.draw(st.integers(0, len(record) - 1))
        bit = 1 << data.draw(st.integers(0, 7))
        changed = record[:at] + bytes([record[at] ^ bit]) + record[at + 1 :]
        connection.execute("UPDATE ledger_entries SET record = ? WHERE id = ?", (changed, row))
        assert any(kind == "edited" for kind, _ in large.faults())
        connection.execute("UPDATE ledger_entries SET record = ? WHERE id = ?", (record, row))
    finally:
        connection.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from .conftest import Kept, event

    kept = Kept(tmp_path_factory.mktemp("large"))
    for part in range(4):
        kept.write(*(event(f"call-{n % 50}", text=f"{part} {n}") for n in range(500)))
        kept.checkpoint()
    return kept
