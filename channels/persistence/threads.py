"""What keeps the conversations of a deployment, together: a saver with a fence, and locks that reach as far."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from emads_voice.channels.thread_lock import FileLocks, ThreadLocks
from emads_voice.error_text import first_line
from emads_voice.installation import install_hint
from emads_voice.observability import AuditError

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

_log = logging.getLogger(__name__)

CONNINFO = "postgresql://host/name, with user:password and @ before the host"
"""What tells how to reach a database, as messages show it."""

REACHED_S = 10.0
"""How long a database may take to be reached when a process starts."""


@dataclass(frozen=True)
class Threads:
    """Where conversations are kept, and who may go on with them.

    Attributes:
        saver: compile graphs with it.
        locks: hold a conversation for as long as it is written to.
    """

    saver: BaseCheckpointSaver[Any]
    locks: ThreadLocks


@asynccontextmanager
async def open_postgres(conninfo: str, *, connections: int = 10) -> AsyncIterator[Threads]:
    """Conversations kept in Postgres, for all processes and machines that open it; its tables are made when needed.

    Args:
        conninfo: how to reach the database, "postgresql://user@host/name".
        connections: how many turns of this process may be writing at once; others wait. One more holds the locks.

    Raises:
        AuditError: the database cannot be reached or used.
    """
    await try_postgres(conninfo)
    import psycopg
    from psycopg_pool import PoolTimeout

    from .postgres import FencedPostgresSaver
    from .postgres_locks import PostgresLocks

    pool = closed_pool(conninfo, connections)
    locks = PostgresLocks(conninfo)
    try:
        try:
            await pool.open(wait=True, timeout=REACHED_S)
            saver = FencedPostgresSaver(pool)
            async with locks.hold(
                "", wait_s=REACHED_S
            ):  # two that make the tables at once get in each other's way
                await saver.setup()
        except (psycopg.Error, PoolTimeout) as error:
            raise AuditError(
                f"Conversations cannot be kept in Postgres ({first_line(error)}): see that the database can be reached "
                "and that its user may make tables."
            ) from None
        yield Threads(saver, locks)
    finally:
        await locks.aclose()
        await pool.close()


def closed_pool(conninfo: str, connections: int) -> Any:
    """Connections as LangGraph's savers and stores take them, so many at most; to be opened, and closed in the end."""
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    options: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    return AsyncConnectionPool(
        conninfo,
        min_size=1,
        max_size=connections,
        kwargs=options,
        check=AsyncConnectionPool.check_connection,  # else each that broke with the database would cost a turn
        open=False,
    )


async def try_postgres(conninfo: str) -> str:
    """What answers there, "PostgreSQL 15.3, database voice". Nothing is left behind.

    Args:
        conninfo: how to reach it. No message quotes it, as it may hold a password.

    Raises:
        AuditError: nothing answers in time, or does not let us in.
    """
    try:
        import psycopg
        import psycopg_pool  # noqa: F401
        from langgraph.checkpoint.postgres import aio  # noqa: F401
    except ImportError:
        raise AuditError(
            f"Keeping conversations in Postgres takes more: {install_hint('postgres')}."
        ) from None
    known = _parameters(conninfo)
    try:
        async with asyncio.timeout(REACHED_S):
            connection = await psycopg.AsyncConnection.connect(
                **{"connect_timeout": int(REACHED_S), **known}, autocommit=True
            )
            async with connection:
                answer = await connection.execute("SHOW server_version")
                version = (await answer.fetchone() or ("",))[0]
                return f"PostgreSQL {version}, database {connection.info.dbname}"
    except TimeoutError:
        why = f"nothing answers within {REACHED_S:g} s"
    except (psycopg.Error, OSError) as error:
        why = first_line(error)
    raise AuditError(
        f"Conversations cannot be kept in Postgres ({why}): see that the database can be reached and lets this user in."
    )


@asynccontextmanager
async def guard(saver: BaseCheckpointSaver[Any], folder: Path) -> AsyncIterator[Threads]:
    """Conversations kept by a saver that somebody else made: with a fence, and with locks.

    LangGraph's savers for SQLite and Postgres are replaced by those with a fence, on the same connections. Others are
    used as they are, which is logged: then only the locks keep writers apart.

    Args:
        saver: where conversations are kept. It has to be set up.
        folder: where locks are kept, unless the saver's Postgres keeps them.
    """
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    from .sqlite import FencedSqliteSaver

    if type(saver) is AsyncSqliteSaver:
        saver = FencedSqliteSaver(saver.conn, serde=saver.serde)
    if isinstance(saver, FencedSqliteSaver):
        yield Threads(saver, FileLocks(folder))
    elif postgres := _postgres_saver(saver):
        from .postgres import fenced_postgres
        from .postgres_locks import locks_beside

        locks = await locks_beside(postgres)
        try:
            yield Threads(fenced_postgres(postgres), locks)
        finally:
            await locks.aclose()
    else:
        _log.info("A %s has no fence: only locks keep writers of a conversation apart.", type(saver).__name__)
        yield Threads(saver, FileLocks(folder))


def _parameters(conninfo: str) -> dict[str, Any]:
    """How to reach a database, as psycopg takes it.

    Raises:
        AuditError: it cannot be read, or part of a password would be taken for something that errors quote.
    """
    import psycopg

    try:
        known = psycopg.conninfo.conninfo_to_dict(conninfo)
    except psycopg.Error:  # it quotes what it cannot read
        known = {"host": "@"}
    ports = str(known.get("port", "")).replace(",", "")
    if any("@" in str(known.get(key, "")) for key in ("host", "dbname")) or not (ports + "1").isdecimal():
        raise AuditError(
            f"How to reach Postgres cannot be read: write it as {CONNINFO}, and in a password @ as %40, / as %2F."
        )
    return known


def _postgres_saver(saver: BaseCheckpointSaver[Any]) -> AsyncPostgresSaver | None:
    """The saver, if it is LangGraph's for Postgres; where psycopg is not installed, none can be."""
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    except ImportError:
        return None
    return saver if isinstance(saver, AsyncPostgresSaver) else None
