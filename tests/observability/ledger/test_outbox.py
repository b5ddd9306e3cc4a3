"""Entries arrive at a collector once and in order, whatever it does meanwhile, and without what people said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

from emads_voice.observability import AuditError, AuditEvent
from emads_voice.observability.ledger.outbox import export_entries

SECRET = "the merger is on Friday"


class Collector(LogRecordExporter):
    """Takes what it is given, refuses it or breaks off, as it is told."""

    def __init__(self, *does: str) -> None:
        self.does = list(does)
        self.records: list[ReadableLogRecord] = []

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        match self.does.pop(0) if self.does else "take":
            case "refuse":
                return LogRecordExportResult.FAILURE
            case "break":
                raise ConnectionError("the connection was reset")
        self.records += batch
        return LogRecordExportResult.SUCCESS

    def shutdown(self) -> None:
        """Nothing is open."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True

    @property
    def positions(self) -> list[Any]:
        return [(record.log_record.attributes or {})["emads.audit.position"] for record in self.records]


def test_a_collector_that_was_down_gets_everything_once_and_in_order(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    collector = Collector("refuse", "break", "refuse")
    for n in range(5):
        kept.write(*(of(f"call-{m % 7}", text=SECRET, trace_id="ab" * 16) for m in range(100)))
        kept.checkpoint()
        if n < 3:
            with pytest.raises(AuditError, match="cannot be exported"):
                export_entries(kept.ledger, collector)
        else:
            export_entries(kept.ledger, collector)
    assert export_entries(kept.ledger, collector) == 0
    assert collector.positions == list(range(500))
    record = collector.records[0]
    assert record.log_record.trace_id == int("ab" * 16, 16)
    assert record.log_record.body == "voice_input"
    told = "".join(each.to_json() for each in collector.records)
    assert SECRET not in told
    assert kept.ledger.read("call-0")[0].entry.hash.hex() in told


def test_entries_that_are_missing_raise_an_alarm(kept: Any, of: Callable[..., AuditEvent]) -> None:
    kept.write(*(of() for _ in range(5)))
    kept.checkpoint()
    with sqlite3.connect(kept.path) as connection:
        connection.execute("DELETE FROM ledger_entries WHERE position = 2")
    connection.close()
    collector = Collector()
    with pytest.raises(AuditError, match="missing at position 2 of its log"):
        export_entries(kept.ledger, collector)
    assert collector.records == []
    assert ("deleted", "position 2") in kept.faults()
