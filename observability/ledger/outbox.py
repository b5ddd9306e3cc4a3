"""Exports entries as OpenTelemetry log records, in the order of the log, each after the one before has arrived.

An exporter that is down costs nothing but time: what was not taken is given again, from the ledger itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from emads_voice.observability.audit import AuditError

from .ledger import Ledger
from .records import Record, read_record
from .tables import CURSORS, ENTRIES

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk._logs.export import LogRecordExporter

_log = logging.getLogger(__name__)

_NAME = "otlp"
_AT_ONCE = 200
_WARN = frozenset(("gap", "error", "erased"))
"""Kinds that somebody should look at."""


def export_entries(ledger: Ledger, exporter: LogRecordExporter) -> int:
    """Export the entries that a checkpoint covers and that were not exported yet.

    What people said is not exported: it could not be erased there.

    Args:
        ledger: whose entries.
        exporter: takes them.

    Returns:
        How many it took.

    Raises:
        AuditError: it did not take some, which are given again the next time; or entries are missing.
        DatabaseError: the database does not answer.
    """
    taken = 0
    while True:
        with ledger.database.reading() as connection:
            begin = connection.scalar(_DONE, {"of": _NAME}) or 0
            rows = connection.execute(_NEXT, {"begin": begin}).all()
        if not rows:
            return taken
        for expected, row in enumerate(rows, begin):
            if row.position != expected:
                raise AuditError(
                    f"Entries of the ledger are missing at position {expected} of its log: nothing more is exported; "
                    "see what emads-voice audit verify says."
                )
        _give(exporter, [as_log_record(row.record, row.hash, row.position) for row in rows])
        with ledger.database.writing() as connection:
            moved = connection.execute(_MOVE, {"of": _NAME, "to": begin + len(rows)})
            if not moved.rowcount:
                connection.execute(_BEGIN, {"name": _NAME, "position": len(rows)})
        taken += len(rows)


def _give(exporter: LogRecordExporter, records: Sequence[ReadableLogRecord]) -> None:
    from opentelemetry.sdk._logs.export import LogRecordExportResult

    try:
        result = exporter.export(records)
    except Exception as error:  # each exporter has its own
        raise AuditError(
            f"Entries of the ledger cannot be exported ({error}): see that the collector answers."
        ) from error
    if result is not LogRecordExportResult.SUCCESS:
        raise AuditError(
            "Entries of the ledger cannot be exported, as the collector does not take them: look at its log."
        )


def as_log_record(data: bytes, hashed: bytes, position: int) -> ReadableLogRecord:
    """An entry as a log record; without what people said."""
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import TraceFlags

    record = read_record(data)
    at = int(datetime.fromisoformat(record.at).timestamp() * 1e9)
    traced = int(record.trace_id or "0", 16)
    warns = record.kind in _WARN
    return ReadableLogRecord(
        LogRecord(
            timestamp=at,
            observed_timestamp=at,
            trace_id=traced or None,
            trace_flags=TraceFlags(TraceFlags.SAMPLED) if traced else None,
            severity_number=SeverityNumber.WARN if warns else SeverityNumber.INFO,
            severity_text="WARN" if warns else "INFO",
            body=record.kind,
            attributes=_attributes(record, hashed, position),
        ),
        Resource.create(),
        InstrumentationScope("emads_voice.audit"),
    )


def _attributes(record: Record, hashed: bytes, position: int) -> dict[str, str | int | float | bool]:
    told: dict[str, str | int | float | bool | None] = {
        "gen_ai.conversation.id": record.conversation,
        "emads.audit.position": position,
        "emads.audit.sequence": record.sequence,
        "emads.audit.previous": record.previous,
        "emads.audit.hash": hashed.hex(),
        "emads.audit.turn": record.turn,
        "emads.audit.language": record.language,
        "emads.audit.model": record.model,
        **{f"emads.audit.details.{name}": value for name, value in record.details.items()},
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


_DONE = select(CURSORS.c.position).where(CURSORS.c.name == bindparam("of"))
_MOVE = update(CURSORS).where(CURSORS.c.name == bindparam("of")).values(position=bindparam("to"))
_BEGIN = insert(CURSORS)
_NEXT = (
    select(ENTRIES.c.record, ENTRIES.c.hash, ENTRIES.c.position)
    .where(ENTRIES.c.position >= bindparam("begin"))
    .order_by(ENTRIES.c.position)
    .limit(_AT_ONCE)
)
