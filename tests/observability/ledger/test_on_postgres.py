"""What is shown elsewhere with a file holds in Postgres: tampering is found, people are erased, entries exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from pydantic import SecretStr
from sqlalchemy import text

from emads_voice.database import DatabaseError
from emads_voice.observability import AuditError, AuditEvent, now
from emads_voice.observability.ledger import open_ledger
from emads_voice.observability.ledger.erasing import erase_before, erase_person
from emads_voice.observability.ledger.importing import import_lines
from emads_voice.observability.ledger.outbox import export_entries
from emads_voice.observability.ledger.proofs import check_proof, prove

NUMBER = "+84912345678"


@pytest.fixture
def stored(kept: Any, of: Callable[..., AuditEvent], database: str) -> Iterator[Any]:
    """A ledger in Postgres: five signed entries of two conversations, and one since."""
    kept.ledger = open_ledger(kept.folder, postgres=SecretStr(database))
    kept.write(of("a", text="one"), of("b", text="two", person=NUMBER), of("a", kind="said", text="three"))
    kept.checkpoint()
    kept.write(of("b", kind="ended"), of("a", kind="ended"))
    kept.checkpoint()
    kept.write(of("c", at=now() - timedelta(days=40)))
    yield kept
    kept.ledger.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (r"UPDATE ledger_entries SET record = '\xff00' WHERE id = 3", ("edited", "a:2")),
        ("DELETE FROM ledger_entries WHERE id = 3", ("deleted", "a:2")),
        ("DELETE FROM ledger_entries WHERE id BETWEEN 4 AND 5", ("truncated", "000000000005")),
        ("UPDATE ledger_entries SET position = -1 WHERE id = 3", ("reordered", "a:2")),
        ("UPDATE ledger_entries SET conversation = 'd' WHERE conversation = 'a'", ("reordered", "d:1")),
        ("DELETE FROM ledger_checkpoints WHERE size = 3", ("deleted", "000000000003")),
        ("CREATE RULE r AS ON INSERT TO ledger_entries DO INSTEAD NOTHING", ("inserted", "rule r")),
        ("ALTER TABLE ledger_entries ENABLE ROW LEVEL SECURITY", ("inserted", "row security")),
    ],
)
def test_what_was_done_is_said_and_where(stored: Any, statement: str, found: tuple[str, str]) -> None:
    assert stored.faults() == []
    with stored.ledger.database.writing() as connection:
        connection.execute(text(statement))
    kind, where = found
    assert any(fault == kind and place.startswith(where) for fault, place in stored.faults()), stored.faults()


def test_what_is_done_to_a_ledger_is_done_there(
    stored: Any, of: Callable[..., AuditEvent], tmp_path: Any
) -> None:
    ledger = stored.ledger
    old = tmp_path / "audit.jsonl"
    old.write_text(of("d", text="four").model_dump_json(exclude={"person"}) + "\n", "utf-8")
    assert [import_lines(ledger, old), import_lines(ledger, old)] == [1, 0]
    stored.checkpoint()

    proof = prove(ledger, ledger.find("a:2"), with_text=True)
    proven = check_proof(proof, [stored.key.public])
    assert proven.hidden
    assert (proven.hidden.text, proven.index) == ("three", 2)

    exporter = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]
    assert export_entries(ledger, exporter) == 7
    assert export_entries(ledger, exporter) == 0
    positions = [
        (each.log_record.attributes or {})["emads.audit.position"] for each in exporter.get_finished_logs()
    ]
    assert positions == list(range(7))

    assert erase_person(ledger, "0912 345 678") == ["b"]
    assert erase_before(ledger, now() - timedelta(days=30)) == ["c"]
    assert [read.event.text for read in ledger.read("b")] == ["", "", ""]
    report = stored.verify()
    assert (report.faults, report.erased, report.entries, report.signed) == ([], 2, 9, 7)


def test_tables_that_are_gone_are_said_to_be(stored: Any) -> None:
    with stored.ledger.database.writing() as connection:
        connection.execute(text("DROP TABLE ledger_entries"))
    with pytest.raises(DatabaseError, match="restore them from a backup"):
        stored.verify()
    with pytest.raises(DatabaseError, match="does not take or give records"):
        export_entries(stored.ledger, InMemoryLogRecordExporter())  # type: ignore[no-untyped-call]


def test_a_ledger_put_back_to_an_earlier_state_signs_nothing_more(stored: Any) -> None:
    with stored.ledger.database.writing() as connection:
        connection.execute(text("DELETE FROM ledger_entries WHERE id > 3"))
        connection.execute(text("DELETE FROM ledger_checkpoints WHERE size > 3"))
    with pytest.raises(AuditError, match="3 entries that were signed, and 5 in the last checkpoint"):
        stored.checkpoint()
