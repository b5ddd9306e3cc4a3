"""One writer at a time to a conversation, on whichever machine: the locks of a real Postgres."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from emads_voice.channels.errors import ThreadHeldError, ThreadLockError
from emads_voice.channels.persistence.postgres_locks import PostgresLocks


@pytest_asyncio.fixture
async def mine(database: str) -> AsyncIterator[PostgresLocks]:
    locks = PostgresLocks(database)
    yield locks
    await locks.aclose()


@pytest_asyncio.fixture
async def theirs(database: str) -> AsyncIterator[PostgresLocks]:
    locks = PostgresLocks(database)
    yield locks
    await locks.aclose()


async def is_free(locks: PostgresLocks, thread_id: str = "monday") -> bool:
    try:
        async with locks.hold(thread_id, wait_s=0):
            return True
    except ThreadHeldError:
        return False


async def test_tasks_and_processes_take_turns(mine: PostgresLocks, theirs: PostgresLocks) -> None:
    inside: list[int] = []

    async def write(number: int) -> None:
        async with (mine, theirs)[number % 2].hold("monday"):
            inside.append(number)
            await asyncio.sleep(0.001)
            assert inside[-1] == number

    await asyncio.gather(*(write(number) for number in range(6)))
    assert sorted(inside) == list(range(6))


NAMES = ["", "a", "A", "a\0b", "Tiếng Việt", "\ud800", "\udfff", "x" * 10_000, "x" * 10_001]


async def test_conversations_of_any_name_are_told_apart(mine: PostgresLocks, theirs: PostgresLocks) -> None:
    for name in NAMES:
        async with mine.hold(name):
            assert [await is_free(theirs, other) for other in NAMES] == [other != name for other in NAMES]
            assert [await is_free(mine, other) for other in NAMES] == [other != name for other in NAMES]


async def test_who_waits_says_so_and_gives_up_in_one_sentence(
    mine: PostgresLocks, theirs: PostgresLocks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "emads_voice")
    async with mine.hold("mon\nday"):
        with pytest.raises(ThreadHeldError) as told:
            async with theirs.hold("mon\nday", wait_s=0.01):
                pytest.fail("two hold it")
    assert str(told.value) == (
        r"Another process has been using the conversation 'mon\nday' for 0.01 s: try again when it is done, or "
        "name another."
    )
    assert caplog.messages == [r"Another process is using the conversation 'mon\nday'; waiting…"]
    assert await is_free(theirs, "mon\nday")


async def test_who_is_cancelled_holds_nothing(mine: PostgresLocks, theirs: PostgresLocks) -> None:
    """At whichever moment: while taking it, holding it, waiting for it and letting it go."""

    async def turn() -> None:
        async with mine.hold("monday"):
            await asyncio.sleep(0.002)

    for moment_ms in range(12):
        running = [asyncio.create_task(turn()) for _ in range(2)]
        await asyncio.sleep(moment_ms / 2000)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        async with theirs.hold("monday", wait_s=30):
            pass


async def test_a_connection_that_breaks_lets_go_and_the_next_turn_makes_another(
    mine: PostgresLocks, theirs: PostgresLocks, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with mine.hold("monday"):
        assert not await is_free(theirs)
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            )
        assert await is_free(theirs)
    assert caplog.messages[-1].startswith("The lock of the conversation 'monday' was lost (")
    async with mine.hold("monday", wait_s=0):
        assert not await is_free(theirs)


HOLD = """
import asyncio, sys
from emads_voice.channels.persistence.postgres_locks import PostgresLocks
async def hold():
    async with PostgresLocks(sys.argv[1]).hold("monday"):
        print("held", flush=True)
        await asyncio.sleep(600)
asyncio.run(hold())
"""


async def test_a_killed_process_holds_nothing(mine: PostgresLocks, database: str) -> None:
    program = [sys.executable, "-c", HOLD, database]
    holder = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert holder.stdout
    try:
        assert await holder.stdout.readline() == b"held\n"
        assert not await is_free(mine)
    finally:
        holder.kill()
        await holder.wait()
    async with mine.hold("monday", wait_s=30):
        pass


async def test_a_database_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(
        ThreadLockError, match=r"The conversation 'a' cannot be locked in Postgres \(.*\): see that"
    ):
        async with PostgresLocks("host=/nowhere dbname=none").hold("a"):
            pass
