"""Takes the records of older releases over, which kept them as lines of JSON in ``audit.jsonl``."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import bindparam, insert, select, update

from emads_voice.error_text import reason_of
from emads_voice.observability.audit import AuditError, AuditEvent

from .ledger import Ledger
from .tables import CURSORS

_AT_ONCE = 500


def import_lines(ledger: Ledger, path: Path) -> int:
    """Append the records of a file, oldest first; those that were imported from it before are passed over.

    Args:
        ledger: takes them.
        path: a file of JSON lines. It stays as it is.

    Returns:
        How many were appended.

    Raises:
        AuditError: the file cannot be read, or a line of it is no record; nothing was appended.
        DatabaseError: the database does not answer. Called again, it goes on where it stopped.
    """
    events = list(_read(path))
    name = f"import:{sha256(str(path.absolute()).encode()).hexdigest()[:24]}"
    with ledger.database.reading() as connection:
        done = connection.scalar(_DONE, {"of": name}) or 0
    following = iter(events[done:])
    at = done
    while batch := list(islice(following, _AT_ONCE)):
        with ledger.database.writing() as connection:
            for event in batch:
                ledger.append_in(connection, event)
            moved = connection.execute(_MOVE, {"of": name, "to": at + len(batch)})
            if not moved.rowcount:
                connection.execute(_BEGIN, {"name": name, "position": at + len(batch)})
        at += len(batch)
    return len(events) - done


def _read(path: Path) -> Iterator[AuditEvent]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise AuditError(
            f"{path} cannot be read ({reason_of(error)}): give the file of an older release."
        ) from None
    for number, line in enumerate(lines, 1):
        if not line and number == len(lines):
            break
        try:
            yield AuditEvent.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            fault = ": ".join([*map(str, first["loc"]), first["msg"]])
        else:
            continue
        raise AuditError(
            f"{path}, line {number} is no audit record ({fault}): give a copy without that line."
        )


_DONE = select(CURSORS.c.position).where(CURSORS.c.name == bindparam("of"))
_MOVE = update(CURSORS).where(CURSORS.c.name == bindparam("of")).values(position=bindparam("to"))
_BEGIN = insert(CURSORS)
