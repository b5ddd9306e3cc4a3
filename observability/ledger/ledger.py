"""The ledger: audit records in a database, chained by hash within each conversation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from emads_voice.database import Database, DatabaseError
from emads_voice.observability.audit import AuditError, AuditEvent

from .persons import Persons
from .records import FIRST, Entry, event_of, hash_of, read_record, read_sealed, write_record
from .sealing import Key, OpeningError, new_key
from .tables import ENTRIES, KEYS, MIGRATIONS
from .writer import Writer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """An entry and what it tells.

    Attributes:
        entry: as it is kept.
        event: what happened; without its text, what was played and the recording's hash if those were erased.
        erased: whether they were.
    """

    entry: Entry
    event: AuditEvent
    erased: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A conversation in short.

    Attributes:
        conversation: its thread.
        began: when its first entry was; None if that is damaged.
        entries: how many there are.
    """

    conversation: str
    began: datetime | None
    entries: int


class Ledger:
    """Audit records in a database, chained by hash within each conversation; an ``AuditLog``.

    Several processes may append at once, also to one conversation. :meth:`append` and :meth:`note` write in a thread
    of their own, all that waits in one transaction.
    """

    def __init__(self, opening: Callable[[], Database], persons: Persons) -> None:
        """
        Args:
            opening: opens the database. Called at the first use, in a thread.
            persons: how records name people.
        """
        self._opening = opening
        self._persons = persons
        self._opened = Lock()
        self._writer = Writer(self._write)

    @property
    def database(self) -> Database:
        """Where the entries are, with the ledger's tables in it; opened at the first use.

        Raises:
            DatabaseError: it cannot be used.
        """
        with self._opened:
            return self._database

    @cached_property
    def _database(self) -> Database:
        database = self._opening()
        database.migrate("ledger", MIGRATIONS)
        return database

    @property
    def persons(self) -> Persons:
        """How its records name people."""
        return self._persons

    async def append(self, event: AuditEvent) -> None:
        await self._writer.append(event)

    def note(self, event: AuditEvent) -> None:
        self._writer.note(event)

    def flush(self) -> None:
        """Return when all that was noted so far is on disk, or was lost."""
        self._writer.flush()

    def close(self) -> None:
        """Keep what waits, and end the connections; they are opened again at the next use."""
        self._writer.flush()
        with self._opened:
            opened: Database | None = self.__dict__.pop("_database", None)
            if opened:
                opened.close()

    def append_in(self, connection: Connection, event: AuditEvent) -> Entry:
        """Append an entry in a transaction of the caller's: it is kept if, and only if, that is committed.

        Args:
            connection: of ``ledger.database.writing()``. Until its end nobody else appends to the conversation, and in
                SQLite nobody writes at all.
            event: what happened.

        Raises:
            AuditError: the person of the event cannot be named, as the key for that cannot be read or made.
        """
        conversation = event.thread_id
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK, {"key": _lock_number(conversation)})
        last = connection.execute(_LAST, {"of": conversation}).first()
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, FIRST)
        person = self.name_of(event.person) if event.person else None
        if last and last.secret and person in (None, last.person):
            key = Key(last.key, last.person, last.secret)
        else:
            if person is None:
                person = (
                    last.person if last else ""
                )  # also of somebody who was erased in the middle of a call
            key = new_key(connection, conversation, person, last.number + 1 if last else 1)
        record = write_record(event, sequence, previous, key)
        entry = Entry(conversation, sequence, record, hash_of(record))
        connection.execute(
            _INSERT,
            {"conversation": conversation, "sequence": sequence, "record": record, "hash": entry.hash},
        )
        return entry

    def name_of(self, person: str) -> str:
        """What records call a person.

        Raises:
            AuditError: the key for that cannot be read or made.
        """
        return self._persons.name(person)

    def read(self, conversation: str) -> list[Read]:
        """The entries of a conversation, oldest first; [] if there are none.

        Raises:
            DatabaseError: the database does not answer.
            AuditError: an entry is not one; ``verify`` tells which.
        """
        return list(self._read(ENTRIES.c.conversation == conversation, ENTRIES.c.sequence))

    def find(self, name: str) -> Read | None:
        """One entry; None if there is none of that name.

        Args:
            name: the conversation and its number there, ``call-7:3``.

        Raises: as :meth:`read` does.
        """
        conversation, _, number = name.rpartition(":")
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            return None
        which = (ENTRIES.c.conversation == conversation) & (ENTRIES.c.sequence == int(number))
        return next(self._read(which, ENTRIES.c.id), None)

    def has(self, conversation: str) -> bool:
        """Whether there are entries of a conversation. Raises ``DatabaseError`` as :meth:`read` does."""
        with self.database.reading() as connection:
            query = select(ENTRIES.c.id).where(ENTRIES.c.conversation == conversation).limit(1)
            return connection.scalar(query) is not None

    def read_all(self) -> Iterator[Read]:
        """All entries, in the order in which they were kept. Raises as :meth:`read` does."""
        return self._read(ENTRIES.c.id > 0, ENTRIES.c.id)

    def conversations(self) -> list[str]:
        """The conversations there are, the one begun last first."""
        with self.database.reading() as connection:
            query = (
                select(ENTRIES.c.conversation)
                .group_by(ENTRIES.c.conversation)
                .order_by(func.min(ENTRIES.c.id).desc())
            )
            return list(connection.scalars(query))

    def overview(self) -> list[Overview]:
        """The conversations there are in short, the one begun last first. Raises as :meth:`read` does."""
        with self.database.reading() as connection:
            firsts = (
                select(func.min(ENTRIES.c.id).label("first"), func.count().label("entries"))
                .group_by(ENTRIES.c.conversation)
                .subquery()
            )
            rows = connection.execute(
                select(ENTRIES.c.conversation, ENTRIES.c.record, firsts.c.entries)
                .join(firsts, ENTRIES.c.id == firsts.c.first)
                .order_by(firsts.c.first.desc())
            )
            return [Overview(row.conversation, _time_in(row.record), row.entries) for row in rows]

    def _read(self, which: Any, order: Any) -> Iterator[Read]:
        with self.database.reading() as connection:
            keys: dict[str, Key] = {}
            for row in connection.execute(select(ENTRIES).where(which).order_by(order)):
                entry = Entry(row.conversation, row.sequence, row.record, row.hash, row.position)
                yield _told(connection, entry, keys)

    def _write(self, events: list[AuditEvent]) -> None:
        """Keep events in one transaction, those of each conversation in their order.

        Raises:
            AuditError: none of them was kept.
        """
        # Sorted: two processes that wait for each other's conversations would never end.
        ordered = sorted(events, key=lambda event: event.thread_id)
        try:
            with self.database.writing() as connection:
                for event in ordered:
                    self.append_in(connection, event)
        except DatabaseError as error:
            raise AuditError(
                f"The audit record could not be kept: {error} Make room, or see that the database answers."
            ) from error


def _told(connection: Connection, entry: Entry, keys: dict[str, Key]) -> Read:
    try:
        record = read_record(entry.record)
        if record.key not in keys:
            row = connection.execute(_KEY, {"of": record.key}).first()
            keys[record.key] = Key(record.key, record.person, row.secret if row else b"")
        key = keys[record.key]
        hidden = read_sealed(key.open(record.sealed)) if key.secret else None
        return Read(entry, event_of(record, hidden), erased=hidden is None)
    except (ValueError, OpeningError) as error:
        raise AuditError(
            f"Entry {entry.name} of the ledger is damaged ({error}): see what emads-voice audit verify says."
        ) from error


def _time_in(record: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(read_record(record).at)
    except ValueError:
        return None


def _lock_number(conversation: str) -> int:
    """Of the lock that Postgres gives to one writer of a conversation at a time."""
    return int.from_bytes(
        sha256(b"emads-voice ledger\0" + conversation.encode()).digest()[:8], "big", signed=True
    )


_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
# The last entry of a conversation and its newest key, in one question: it is asked for every entry.
_LAST = text(
    "SELECT e.sequence, e.hash, k.id AS key, k.person, k.secret, k.number"
    " FROM ledger_keys k JOIN ledger_entries e ON e.conversation = k.conversation"
    " WHERE k.conversation = :of"
    " AND k.number = (SELECT max(number) FROM ledger_keys WHERE conversation = :of)"
    " AND e.sequence = (SELECT max(sequence) FROM ledger_entries WHERE conversation = :of)"
)
_KEY = select(KEYS.c.secret).where(KEYS.c.id == bindparam("of"))
_INSERT = text(
    "INSERT INTO ledger_entries (conversation, sequence, record, hash)"
    " VALUES (:conversation, :sequence, :record, :hash)"
)
