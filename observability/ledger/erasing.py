"""Erases what people said. The entries stay, and so do the chains; what is sealed in them can be read by nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, text, update

from emads_voice.observability.audit import AuditEvent, now

from .ledger import Ledger
from .records import read_record
from .tables import ENTRIES, KEYS


def erase_person(ledger: Ledger, person: str) -> list[str]:
    """Erase what somebody said, and what was said to them, in all conversations.

    Args:
        ledger: whose entries.
        person: a telephone number, the name of a user, or a conversation.

    Returns:
        The conversations in which there was something to erase. Each has an entry that says so.

    Raises:
        DatabaseError: the database does not answer; nothing was erased.
        AuditError: people's names cannot be looked up.
    """
    return _erase(
        ledger, or_(KEYS.c.person == ledger.name_of(person), KEYS.c.conversation == person), "asked for"
    )


def erase_before(ledger: Ledger, before: datetime) -> list[str]:
    """Erase what was said in conversations whose last entry is older.

    Args:
        ledger: whose entries.
        before: with its time zone.

    Returns:
        As :func:`erase_person`.

    Raises:
        DatabaseError: the database does not answer; nothing was erased.
    """
    with ledger.database.reading() as connection:
        newest = (
            select(ENTRIES.c.conversation, func.max(ENTRIES.c.sequence).label("sequence"))
            .where(ENTRIES.c.conversation.in_(select(KEYS.c.conversation).where(_HELD)))
            .group_by(ENTRIES.c.conversation)
            .subquery()
        )
        last = select(ENTRIES.c.conversation, ENTRIES.c.record).join(
            newest,
            (ENTRIES.c.conversation == newest.c.conversation) & (ENTRIES.c.sequence == newest.c.sequence),
        )
        old = [
            row.conversation
            for row in connection.execute(last)
            if datetime.fromisoformat(read_record(row.record).at) < before
        ]
    erased: list[str] = []
    for conversation in old:
        erased += _erase(ledger, KEYS.c.conversation == conversation, "kept long enough")
    return erased


def _erase(ledger: Ledger, whose: ColumnElement[bool], why: str) -> list[str]:
    with ledger.database.writing() as connection:
        _overwrite(connection)
        held = connection.execute(select(KEYS.c.id, KEYS.c.conversation).where(whose & _HELD)).all()
        conversations = sorted({row.conversation for row in held})
        for conversation in conversations:
            keys = sum(row.conversation == conversation for row in held)
            ledger.append_in(
                connection,
                AuditEvent(
                    kind="erased", at=now(), thread_id=conversation, details={"why": why, "keys": keys}
                ),
            )
        if held:
            connection.execute(_EMPTY, [{"of": row.id} for row in held])
    _forget(ledger)
    return conversations


def _overwrite(connection: Connection) -> None:
    """SQLite leaves what is deleted in its file until it needs the room, unless it is told not to."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))


def _forget(ledger: Ledger) -> None:
    """Take it out of the journal, too. In Postgres, VACUUM does so in its time."""
    engine = ledger.database.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


_HELD = func.length(KEYS.c.secret) > 0
_EMPTY = update(KEYS).where(KEYS.c.id == bindparam("of")).values(secret=b"")
