"""What was done to a conversation that is not as it was written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from emads_voice.observability.ledger.records import FIRST, read_record

from .report import FaultKind, Report


def explain(connection: Connection, conversation: str, report: Report) -> None:
    """Tell what was done to a conversation whose entries do not follow each other."""
    rows = connection.execute(_ENTRIES, {"of": conversation}).all()
    before = len(report.faults)
    number, previous, place = 0, FIRST, -1
    for row in rows:
        where = f"{conversation}:{row.sequence}"
        if not (type(row.record) is type(row.hash) is bytes and type(row.sequence) is int):
            continue  # told already
        try:
            record = read_record(row.record)
            datetime.fromisoformat(record.at)
        except ValueError:
            if not any(fault.where == where for fault in report.faults):
                report.fault("edited", where, f"Entry {where} was changed after it was written.")
            number, previous = row.sequence, row.hash
            continue
        if row.sequence > number + 1:
            gone = f"{conversation}:{number + 1}"
            to = f" to {row.sequence - 1}" if row.sequence > number + 2 else ""
            report.fault("deleted", gone, f"Entry {gone}{to} is missing.")
        elif record.previous != previous.hex():
            _changed_before(conversation, number, row.sequence, report)
        if record.conversation != conversation or record.sequence != row.sequence:
            report.fault(
                "reordered",
                where,
                f"Entry {where} is entry {record.conversation}:{record.sequence} in another place.",
            )
        # What is no place was told already.
        position = row.position if type(row.position) is int else place + 1
        if position < place:
            report.fault("reordered", where, f"Entry {where} stands in the log before an earlier one.")
        number, previous, place = row.sequence, row.hash, max(place, position)
    if len(report.faults) == before and not report.tells_of(conversation):
        report.fault("reordered", conversation, f"The entries of {conversation} are in another order.")


def _changed_before(conversation: str, number: int, sequence: int, report: Report) -> None:
    where = f"{conversation}:{number}" if number else f"{conversation}:{sequence}"
    kind: FaultKind = "edited" if number else "deleted"
    what = (
        f"Entry {where} is not the one that the next was written after: it was changed, or others put in its place."
        if number
        else f"Entry {where} is not the first of its conversation: those before it are missing."
    )
    report.fault(kind, where, what)


def explain_dates(connection: Connection, conversation: str, latest: datetime, report: Report) -> None:
    """Tell which entries of a conversation are of a time that is yet to come."""
    for row in connection.execute(_ENTRIES, {"of": conversation}):
        try:
            at = datetime.fromisoformat(read_record(row.record).at)
        except ValueError:
            continue
        if at > latest:
            where = f"{conversation}:{row.sequence}"
            report.fault(
                "misdated",
                where,
                f"Entry {where} is dated {at.isoformat(timespec='seconds')}, which is yet to come: it was put in, or "
                "the clock was wrong.",
            )


_ENTRIES = text(
    "SELECT sequence, record, hash, position FROM ledger_entries WHERE conversation = :of ORDER BY sequence"
)
