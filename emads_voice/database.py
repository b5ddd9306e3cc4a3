"""Tables of our own: in an SQLite file of the data folder, or in Postgres.

The audit ledger and the decisions lie in one database, so that what is decided and the record of it change in one
transaction. Their SQL is written with SQLAlchemy's expression language, which both databases understand. All of it is
synchronous: call it in a thread (``asyncio.to_thread``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import BigInteger, Connection, Engine, Integer, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from emads_voice.error_text import first_line, reason_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.installation import install_hint

BUSY_S = 30
"""How long a writer waits for another, who writes for milliseconds."""

_CONNECT_S = 5
_WRITES = "emads_voice_writes"
_SETTING_UP = 7_263_519
"""Of the lock that Postgres gives to one process at a time; any number that nobody else uses."""

COUNTED = BigInteger().with_variant(Integer(), "sqlite")
"""The type of a column of large numbers; only an INTEGER counts up by itself in SQLite."""

Migration = Callable[[Connection], None]
"""One step from a version of some tables to the next. Once released it is never changed: another is added."""


class DatabaseError(EmadsVoiceError, RuntimeError):
    """Records cannot be kept or read; the message says what to do."""


class Database:
    """Where our tables are; safe to use from several threads, and by several processes at once."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Made by :func:`open_sqlite` and :func:`open_postgres`.

        Args:
            engine: SQLAlchemy's.
            name: what messages call it; without a password.
        """
        self.engine = engine
        self.name = name

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at its end, or undone by any exception. When it returns, it is on disk.

        Raises:
            DatabaseError: it could not be begun, done or committed; nothing of it was done.
        """
        with self._named(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of all tables, and changes none.

        Raises:
            DatabaseError: the database does not answer.
        """
        with self._named(), self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield connection

    def migrate(self, room: str, steps: Sequence[Migration]) -> None:
        """Bring some tables to the newest version, one process at a time.

        Args:
            room: whose tables they are: "ledger".
            steps: all there ever were, oldest first; those that were done already are passed over.

        Raises:
            DatabaseError: the tables were made by a newer release, or cannot be made.
        """
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SETTING_UP})
            connection.execute(
                text(
                    "CREATE TABLE IF NOT EXISTS emads_schema (room VARCHAR(40) PRIMARY KEY, version INTEGER NOT NULL)"
                )
            )
            done = connection.execute(
                text("SELECT version FROM emads_schema WHERE room = :room"), {"room": room}
            ).scalar()
            if done is not None and done > len(steps):
                raise DatabaseError(
                    f"The tables of the {room} in {self.name} were made by a newer emads-voice: install that one."
                )
            for step in steps[done or 0 :]:
                step(connection)
            statement = (
                "INSERT INTO emads_schema (room, version) VALUES (:room, :version)"
                if done is None
                else "UPDATE emads_schema SET version = :version WHERE room = :room"
            )
            connection.execute(text(statement), {"room": room, "version": len(steps)})

    def close(self) -> None:
        """End all connections."""
        self.engine.dispose()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = first_line(getattr(error, "orig", None) or error)
            raise DatabaseError(f"{self.name} does not take or give records ({reason}).") from error


def make_private(path: Path) -> None:
    """Make an empty file for SQLite, which would make it for others to read, and its folder; one that is there stays.

    Raises:
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Only a new file: closing one that SQLite has open, anywhere in this process, would take its locks from it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def open_sqlite(path: Path) -> Database:
    """Our tables in a file, which is made for its owner only. What is committed survives a power failure.

    Raises:
        DatabaseError: the folder cannot be written.
    """
    try:
        make_private(path)
    except OSError as error:
        raise DatabaseError(
            f"Records cannot be kept in {path} ({reason_of(error)}): "
            "set EMADS_DATA_DIR to a folder that can be written."
        ) from None

    def connect() -> sqlite3.Connection:
        # isolation_level: SQLAlchemy begins and commits, not the driver behind its back.
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: a writer that begins as a reader fails, instead of waiting, where another has written since.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Database(engine, str(path))


def open_postgres(where: SecretStr) -> Database:
    """Our tables in Postgres.

    Args:
        where: the connection string, ``postgresql://user:password@host/name``.

    Raises:
        DatabaseError: the extra is not installed.
    """
    try:
        import psycopg
    except ImportError:
        raise DatabaseError(f"Postgres takes the postgres extra: {install_hint('postgres')}.") from None

    def connect() -> Any:
        return psycopg.connect(where.get_secret_value(), connect_timeout=_CONNECT_S)

    return Database(
        create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True),
        "The database of EMADS_POSTGRES",
    )
