"""LangGraph's Store of a deployment: what agents, and the memory, keep across conversations."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiosqlite
from filelock import AsyncFileLock
from langgraph.store.base import BaseStore

from emads_voice.database import make_private
from emads_voice.error_text import first_line, reason_of
from emads_voice.observability import AuditError

from .threads import REACHED_S, closed_pool, try_postgres

BUSY_S = 30
"""How long the file may be locked by others, who write for milliseconds."""


@asynccontextmanager
async def open_sqlite_store(path: Path) -> AsyncIterator[BaseStore]:
    """A store in a file, made for its owner only. What is deleted in it is overwritten.

    Raises:
        AuditError: the file cannot be made, read or written.
    """
    from langgraph.store.sqlite.aio import AsyncSqliteStore

    try:
        await asyncio.to_thread(make_private, path)
        async with aiosqlite.connect(path, isolation_level=None) as connection:
            await connection.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
            await connection.execute("PRAGMA secure_delete=ON")
            async with AsyncFileLock(f"{path}.lock", BUSY_S, mode=0o600, poll_interval=0.01):
                store = AsyncSqliteStore(connection)
                await store.setup()
            async with store:
                yield store
            # What was deleted stands in the journal until it is taken over.
            with suppress(sqlite3.Error):
                await connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (OSError, sqlite3.Error) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error)
        raise AuditError(
            f"Nothing can be remembered in {path} ({why}): set EMADS_DATA_DIR to a folder that can be written."
        ) from None


@asynccontextmanager
async def open_postgres_store(conninfo: str, *, connections: int = 4) -> AsyncIterator[BaseStore]:
    """A store in Postgres; its tables are made when needed.

    Args:
        conninfo: how to reach the database.
        connections: how many of this process may be reading and writing at once; others wait.

    Raises:
        AuditError: the database cannot be reached or used.
    """
    await try_postgres(conninfo)
    import psycopg
    from langgraph.store.postgres.aio import AsyncPostgresStore
    from psycopg_pool import PoolTimeout

    from .postgres_locks import PostgresLocks

    pool = closed_pool(conninfo, connections)
    try:
        try:
            await pool.open(wait=True, timeout=REACHED_S)
            store = AsyncPostgresStore(pool)
            locks = PostgresLocks(conninfo)
            try:
                async with locks.hold("", wait_s=REACHED_S):  # one process at a time makes the tables
                    await store.setup()
            finally:
                await locks.aclose()
        except (psycopg.Error, PoolTimeout) as error:
            raise AuditError(
                f"Nothing can be remembered in Postgres ({first_line(error)}): see that the database can be reached "
                "and that its user may make tables."
            ) from None
        async with store:
            yield store
    finally:
        await pool.close()
