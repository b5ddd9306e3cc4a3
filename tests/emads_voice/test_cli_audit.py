"""``emads-voice audit``: an auditor finds a call, sees whether the ledger is whole, and has somebody erased."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from emads_voice.assembly.records import make_ledger
from emads_voice.channels.call import thread_of_call
from emads_voice.observability import AuditEvent, now
from emads_voice.settings import load_settings

from .conftest import Run

SID = "CA" + "0123456789abcdef" * 2
NUMBER = "+84912345678"


@pytest.fixture
def records(run: Run) -> Path:
    """The file of a ledger with a call, that was signed."""
    ledger = make_ledger(load_settings())
    with ledger.database.writing() as connection:
        for told in ({"kind": "call_started", "person": NUMBER}, {"text": "one"}, {"text": "two"}):
            event = {"at": now(), "thread_id": thread_of_call(SID), **told}
            ledger.append_in(connection, AuditEvent.model_validate(event))
    ledger.close()
    assert run("audit", "checkpoint").status == 0
    return load_settings().data_dir / "records.sqlite"


@pytest.mark.usefixtures("records")
def test_a_call_is_found_by_its_sid(run: Run) -> None:
    listed = run("audit", "show", "--json").values
    assert [(each["conversation"], each["entries"]) for each in listed] == [(thread_of_call(SID), 3)]
    assert "3 entries" in run("audit", "show").out
    assert [entry["text"] for entry in run("audit", "show", SID, "--json").values] == ["", "one", "two"]
    assert len(run("audit", "export", "--format", "jsonl", "--call", SID).values) == 3
    assert run("audit", "prove", f"{SID}:2").status == 0
    assert run("audit", "prove", f"{SID}:9").status == 1


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("person", ["0912 345 678", "sip:+84912345678@trunk.example", SID])
def test_somebody_is_erased_however_they_are_named(run: Run, person: str) -> None:
    assert run("audit", "erase", "--person", person).out == "What was said in 1 conversation is erased.\n"
    assert {entry["text"] for entry in run("audit", "show", SID, "--json").values} == {""}
    assert run("audit", "verify").status == 0


def _sql(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    return change


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1_000)


def _cut_in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _no_checkpoints(path: Path) -> None:
    shutil.rmtree(path.parent / "checkpoints")


def _a_folder_as_note(path: Path) -> None:
    (path.parent / "checkpoints" / "x.note").mkdir()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_sql("DELETE FROM ledger_entries WHERE sequence = 2"), "is missing"),
        (_sql("DROP TABLE ledger_entries"), "restore them from a backup"),
        (_no_database, "does not take or give records"),
        (_cut_in_half, "records"),
        (_no_checkpoints, "it was taken away"),
        (_a_folder_as_note, "cannot be read"),
    ],
)
def test_what_was_done_is_told_in_sentences_and_by_the_exit_status(
    run: Run, records: Path, change: Callable[[Path], None], told: str
) -> None:
    change(records)
    ran = run("audit", "verify")
    assert ran.status == 1
    assert any(told in complaint for complaint in ran.complaints), ran.err
    assert "Traceback" not in ran.err
    assert run("audit", "verify", "--json").status == 1
