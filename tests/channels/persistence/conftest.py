"""Conversations that several processes have open: each ``open()`` is a connection, or a pool, of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph
from emads_voice.channels.persistence.sqlite import FencedSqliteSaver
from emads_voice.channels.persistence.threads import Threads, open_postgres
from emads_voice.channels.thread_lock import FileLocks
from emads_voice.channels.turn import VoiceGraph
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.languages import ENGLISH

Open = Callable[[], AbstractAsyncContextManager[Threads]]


@dataclass(frozen=True)
class Database:
    """Where conversations are kept.

    Attributes:
        open: opens it as a process does.
        address: how another process is told of it.
    """

    open: Open
    address: str


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A place for conversations that survives the process."""
    if request.param == "postgres":
        conninfo = str(request.getfixturevalue("database"))
        return Database(lambda: open_postgres(conninfo, connections=4), conninfo)
    path = tmp_path / "threads.sqlite"

    @asynccontextmanager
    async def open_sqlite() -> AsyncIterator[Threads]:
        async with FencedSqliteSaver.from_conn_string(str(path)) as saver:
            yield Threads(saver, FileLocks(tmp_path / "locks"))

    return Database(open_sqlite, str(path))


def asks(text: str) -> VoiceContext:
    """A caller who types a question."""
    return VoiceContext(ear=TypedEar(text, language=ENGLISH), mouth=SilentMouth())


@pytest.fixture
def voice_graph() -> Callable[..., VoiceGraph]:
    """A voice graph on a saver: ``voice_graph(threads.saver, ["One.", "Two."])``."""

    def compiled(saver: Any, answers: list[str], **more: Any) -> VoiceGraph:
        return create_voice_graph([ScriptedAgent("cto", list(answers))]).compile(checkpointer=saver, **more)

    return compiled


Asks = Callable[[str], VoiceContext]


@pytest.fixture
def ask() -> Asks:
    """See :func:`asks`."""
    return asks


Awaited = Callable[..., Awaitable[Any]]
