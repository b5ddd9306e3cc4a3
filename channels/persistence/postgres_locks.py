"""The locks of conversations that several machines keep in one Postgres."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from emads_voice.channels.errors import ThreadLockError
from emads_voice.channels.thread_lock import POLL_S, WAIT_S, shown, still_held, tell_free, tell_waiting
from emads_voice.error_text import first_line
from emads_voice.tasks import Tasks

from .postgres import advisory_key

_log = logging.getLogger(__name__)

_SETTINGS = """
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
SET idle_session_timeout = 0
"""
"""A machine that vanishes lets go of its conversations after 25 s; one on which nobody speaks does not."""


class PostgresLocks:
    """Advisory locks of one connection, which a process keeps for that: they end with it, however it ends.

    The connection has to be a session of its own: behind PgBouncer, one of a pool in session mode. If it breaks, the
    conversations that were held are free for others, and only the fence of their savers is left; the next one that is
    held connects anew.
    """

    def __init__(self, conninfo: str) -> None:
        """Take how to reach the database, "postgresql://user@host/name"."""
        self._conninfo = conninfo
        self._connection: AsyncConnection[Any] | None = None
        self._connecting = asyncio.Lock()
        self._held: set[str] = set()  # Postgres lets one connection have a lock twice
        self._tasks = Tasks()

    @asynccontextmanager
    async def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> AsyncIterator[None]:
        """Hold a thread: see :class:`~emads_voice.channels.thread_lock.ThreadLocks`."""
        await self._acquire(thread_id, wait_s)
        try:
            yield
        finally:
            await asyncio.shield(self._tasks.start(self._unlock(thread_id)))

    async def aclose(self) -> None:
        """Let everything go."""
        if self._connection:
            await self._connection.close()

    async def _acquire(self, thread_id: str, wait_s: float) -> None:
        if await self._try(thread_id):
            return
        tell_waiting(thread_id)
        until = asyncio.get_running_loop().time() + wait_s
        while not await self._try(thread_id):
            if asyncio.get_running_loop().time() >= until:
                raise still_held(thread_id, wait_s)
            await asyncio.sleep(min(POLL_S, wait_s))
        tell_free(thread_id)

    async def _try(self, thread_id: str) -> bool:
        """Take it, unless somebody has it. Who is cancelled meanwhile has it no more."""
        attempt = self._tasks.start(self._lock(thread_id))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            self._tasks.start(self._undo(attempt, thread_id))
            raise

    async def _undo(self, attempt: asyncio.Task[bool], thread_id: str) -> None:
        with suppress(ThreadLockError):
            if await attempt:
                await self._unlock(thread_id)

    async def _lock(self, thread_id: str) -> bool:
        if thread_id in self._held:
            return False
        self._held.add(thread_id)
        locked = False
        try:
            try:
                locked = await self._lock_in(await self._connected(), thread_id)
            except psycopg.OperationalError:  # it broke since it was last used
                locked = await self._lock_in(await self._connected(), thread_id)
        except psycopg.Error as error:
            raise ThreadLockError(
                f"The conversation {shown(thread_id)} cannot be locked in Postgres ({first_line(error)}): "
                "see that the database can be reached."
            ) from None
        finally:
            if not locked:
                self._held.discard(thread_id)
        return locked

    @staticmethod
    async def _lock_in(connection: AsyncConnection[Any], thread_id: str) -> bool:
        answer = await connection.execute(
            "SELECT pg_try_advisory_lock(%s)", [advisory_key("hold", thread_id)]
        )
        row = await answer.fetchone()
        return bool(row and row[0])

    async def _unlock(self, thread_id: str) -> None:
        try:
            if self._connection and not self._connection.closed:
                await self._connection.execute(
                    "SELECT pg_advisory_unlock(%s)", [advisory_key("hold", thread_id)]
                )
        except psycopg.Error as error:
            _log.warning(
                "The lock of the conversation %s was lost (%s).", shown(thread_id), first_line(error)
            )
        finally:
            self._held.discard(thread_id)

    async def _connected(self) -> AsyncConnection[Any]:
        async with self._connecting:
            if self._connection is None or self._connection.closed:
                self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
                await self._connection.execute(_SETTINGS)
            return self._connection


async def locks_beside(saver: AsyncPostgresSaver) -> PostgresLocks:
    """Locks in the database that a saver keeps its conversations in, on a connection of their own."""
    pool = saver.conn
    if isinstance(pool, AsyncConnectionPool):
        async with pool.connection() as connection:
            return _locks_like(connection)
    return _locks_like(pool)


def _locks_like(connection: AsyncConnection[Any]) -> PostgresLocks:
    known = connection.info
    return PostgresLocks(
        psycopg.conninfo.make_conninfo("", **known.get_parameters(), password=known.password)
    )
