"""Where conversations are kept: in an SQLite file of the data folder, in Postgres, or by a checkpointer given."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from typing import Any, TypeAlias

import aiosqlite
from filelock import AsyncFileLock
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.store.base import BaseStore

from emads_voice.channels.persistence.sqlite import FencedSqliteSaver
from emads_voice.channels.persistence.stores import open_postgres_store, open_sqlite_store
from emads_voice.channels.persistence.threads import Threads, guard, open_postgres, try_postgres
from emads_voice.database import make_private
from emads_voice.error_text import first_line, reason_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import AuditError
from emads_voice.settings import Settings

Checkpointer: TypeAlias = "BaseCheckpointSaver[Any] | AbstractAsyncContextManager[BaseCheckpointSaver[Any]]"
"""What keeps conversations: a checkpointer, or what opens one, ``AsyncPostgresSaver.from_conn_string(…)``."""

Store: TypeAlias = "BaseStore | AbstractAsyncContextManager[BaseStore]"
"""What agents remember across conversations: a store, or what opens one."""

BUSY_S = 30
"""How long the file of conversations may be locked by others, who write for milliseconds."""


class StorageError(EmadsVoiceError, RuntimeError):
    """Conversations cannot be kept; the message says what to do."""


@asynccontextmanager
async def open_storage(
    settings: Settings, checkpointer: Checkpointer | None, store: Store | None, *, remembers: bool = False
) -> AsyncIterator[tuple[Threads, BaseStore | None]]:
    """Open what keeps conversations, with a fence and locks, and what agents remember across them.

    Args:
        settings: where conversations are kept if there is no checkpointer.
        checkpointer: in its place.
        store: None for none, or the deployment's own.
        remembers: whether there has to be one.

    Raises:
        StorageError: the data folder cannot be written, the file in it is damaged, or the database or the checkpointer
            does not answer.
    """
    async with AsyncExitStack() as stack:
        if checkpointer is None:
            threads = await stack.enter_async_context(own_threads(settings))
        else:
            saver = await _opened(stack, checkpointer)
            threads = await stack.enter_async_context(guard(saver, settings.locks_dir))
        if store is None and remembers:
            memory: BaseStore | None = await stack.enter_async_context(own_store(settings))
        elif store is None or isinstance(store, BaseStore):
            memory = store
        else:
            memory = await stack.enter_async_context(store)
        yield threads, memory


@asynccontextmanager
async def own_threads(settings: Settings) -> AsyncIterator[Threads]:
    """Conversations where the settings say: in Postgres, or else in an SQLite file of the data folder.

    Raises:
        StorageError: they cannot be kept there. Nothing takes the place of a database that was named: conversations
            would lie in a file where nobody looks for them.
    """
    async with AsyncExitStack() as stack:
        if settings.postgres:
            with _named():
                opening = open_postgres(settings.postgres.get_secret_value())
                threads = await stack.enter_async_context(opening)
        else:
            saver = await stack.enter_async_context(_own_file(settings))
            threads = await stack.enter_async_context(guard(saver, settings.locks_dir))
        yield threads


@asynccontextmanager
async def own_store(settings: Settings) -> AsyncIterator[BaseStore]:
    """What is remembered across conversations, where the settings say: in Postgres, or in a file of the data folder.

    Raises:
        StorageError: it cannot be kept there.
    """
    with _named():
        opening = (
            open_postgres_store(settings.postgres.get_secret_value())
            if settings.postgres
            else open_sqlite_store(settings.memory_path)
        )
        async with opening as store:
            yield store


async def look_for_database(settings: Settings) -> None:
    """See that the database of the settings answers, before the models are loaded in vain.

    Raises:
        StorageError: it does not.
    """
    if settings.postgres:
        with _named():
            await try_postgres(settings.postgres.get_secret_value())


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except AuditError as error:
        raise StorageError(f"{error} Or set EMADS_POSTGRES to another.") from None


async def _opened(stack: AsyncExitStack, checkpointer: Checkpointer) -> BaseCheckpointSaver[Any]:
    """A checkpointer that answers: it is asked now, for a conversation nobody has, not first in the middle of a call.

    Raises:
        StorageError: it does not.
    """
    try:
        if not isinstance(checkpointer, BaseCheckpointSaver):
            checkpointer = await stack.enter_async_context(checkpointer)
        await checkpointer.aget_tuple({"configurable": {"thread_id": "", "checkpoint_ns": ""}})
    except EmadsVoiceError:
        raise
    except NotImplementedError:
        kind = type(checkpointer).__name__
        raise StorageError(
            f"Conversations are kept by asynchronous code: give Async{kind}, not {kind}."
        ) from None
    except Exception as error:  # each database has its own
        raise StorageError(
            f"The checkpointer cannot be used ({first_line(error)}): "
            "look whether its database is there and open, and call its setup() once before."
        ) from error
    return checkpointer


@asynccontextmanager
async def _own_file(settings: Settings) -> AsyncIterator[FencedSqliteSaver]:
    """What keeps conversations in an SQLite file of the data folder.

    Raises:
        StorageError: the data folder cannot be written, or the file in it is damaged.
    """
    path, locks = settings.threads_path, settings.locks_dir
    try:
        await asyncio.to_thread(_make_private, path, locks)
    except OSError as error:
        raise _unkept(path, error) from None
    try:
        async with aiosqlite.connect(path) as connection:
            saver = FencedSqliteSaver(connection)
            await saver.conn.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
            # Survives a killed process as the default does; only a power failure may take the last turns with it.
            await saver.conn.execute("PRAGMA synchronous=NORMAL")
            await _set_up(saver, locks / "setup.lock")
            yield saver
    except sqlite3.Error as error:
        raise StorageError(
            f"Conversations cannot be kept in {path} ({error}): "
            "make room, remove the file, or set EMADS_DATA_DIR to another folder."
        ) from None


async def _set_up(saver: FencedSqliteSaver, lock: Path) -> None:
    """Make the tables, one process at a time: SQLite fails at once where two make a file a WAL database together."""
    try:
        async with AsyncFileLock(lock, BUSY_S, mode=0o600, poll_interval=0.01):
            await saver.setup()
    except OSError as error:
        raise _unkept(lock, error) from None


def _unkept(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"Conversations cannot be kept in {path} ({reason_of(error)}): "
        "set EMADS_DATA_DIR to a folder that can be written."
    )


def _make_private(path: Path, locks: Path) -> None:
    """Make the file of the conversations and the folder of their locks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    locks.mkdir(0o700, exist_ok=True)
    make_private(path)
