"""One writer at a time to a conversation: tasks, processes, names of all kinds, and what is left behind."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.assembly.assistant import Assistant
from emads_voice.channels.errors import ThreadLockError
from emads_voice.channels.thread_lock import ThreadLock
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.languages import ENGLISH


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


async def test_tasks_take_turns(tmp_path: Path) -> None:
    inside: list[int] = []

    async def write(number: int) -> None:
        async with ThreadLock(tmp_path, "monday"):
            inside.append(number)
            await asyncio.sleep(0)
            assert inside[-1] == number

    await asyncio.gather(*(write(number) for number in range(5)))
    assert sorted(inside) == [0, 1, 2, 3, 4]
    assert left_in(tmp_path) == []


NAMES = [
    "",
    "a",
    "A",
    "..",
    "../a",
    "/",
    "a\0b",
    "Tiếng Việt",
    "\ud800",
    "\udfff",
    "x" * 10_000,
    "x" * 10_001,
]


async def test_conversations_of_any_name_are_told_apart(tmp_path: Path) -> None:
    async with asyncio.timeout(10):
        held = [ThreadLock(tmp_path / "locks", name, wait_s=0) for name in NAMES]
        for lock in held:
            await lock.__aenter__()
        assert len(left_in(tmp_path / "locks")) == len(NAMES)
        for name in NAMES:
            with pytest.raises(ThreadLockError):
                await ThreadLock(tmp_path / "locks", name, wait_s=0).__aenter__()
        for lock in held:
            await lock.__aexit__(None, None, None)
    assert left_in(tmp_path) == ["locks"]


async def test_who_waits_says_so_and_gives_up_in_one_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "emads_voice")
    async with ThreadLock(tmp_path, "mon\nday"):
        with pytest.raises(ThreadLockError) as told:
            async with ThreadLock(tmp_path, "mon\nday", wait_s=0.01):
                pytest.fail("two hold it")
    assert str(told.value) == (
        r"Another process has been using the conversation 'mon\nday' for 0.01 s: try again when it is done, or "
        "name another."
    )
    assert caplog.messages == [r"Another process is using the conversation 'mon\nday'; waiting…"]
    async with ThreadLock(tmp_path, "mon\nday", wait_s=0):
        pass  # it was let go


async def test_who_waits_gets_it_next(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "emads_voice")
    first = ThreadLock(tmp_path, "x" * 100)
    await first.__aenter__()
    second = asyncio.create_task(ThreadLock(tmp_path, "x" * 100).__aenter__())
    while not caplog.messages:
        await asyncio.sleep(0.001)
    await first.__aexit__(None, None, None)
    await second
    name = f"'{'x' * 60}…'"
    assert caplog.messages[-1] == f"The conversation {name} is free; going on."


async def test_who_is_cancelled_holds_nothing(tmp_path: Path) -> None:
    async def turn() -> None:
        async with ThreadLock(tmp_path, "monday"):
            await asyncio.Event().wait()

    holding, waiting = asyncio.create_task(turn()), asyncio.create_task(turn())
    await asyncio.wait({holding, waiting}, timeout=0.05)
    for task in (waiting, holding):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with ThreadLock(tmp_path, "monday", wait_s=0):
        pass


HOLD = """
import asyncio, sys
from pathlib import Path
from emads_voice.channels.thread_lock import ThreadLock
async def hold():
    async with ThreadLock(Path(sys.argv[1]), "monday"):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(hold())
"""


async def take(folder: Path) -> None:
    async with ThreadLock(folder, "monday", wait_s=0):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ThreadLockError):
            asyncio.run(take(tmp_path))
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    asyncio.run(take(tmp_path))
    assert left_in(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        ThreadLockError, match=r"The conversation 'a' cannot be locked in .*: make room or set EMADS"
    ):
        async with ThreadLock(tmp_path / "file" / "locks", "a"):
            pass


async def test_turns_on_one_thread_know_each_other(tmp_path: Path) -> None:
    """Five tasks with a connection each, as five processes have."""
    agent = ScriptedAgent("cto", ["Yes."] * 5)
    assistant = Assistant(
        settings=Settings(data_dir=tmp_path / "data"),
        graph=create_voice_graph([agent]),
        **dict.fromkeys(("recognizer", "synthesizer", "catalogue")),  # type: ignore[arg-type]
    )

    async def ask(question: str) -> None:
        context = VoiceContext(ear=TypedEar(question, language=ENGLISH), mouth=SilentMouth())
        async with assistant.open_with_locks() as (graph, locks), locks.hold("same"):
            await run_turn(graph, context, thread_id="same")

    questions = {f"Question {number}?" for number in range(5)}
    await asyncio.gather(*map(ask, questions))
    assert [len(messages) for messages, *_ in agent.asked] == [1, 3, 5, 7, 9]
    assert {message.text for message in agent.asked[-1][0] if message.type == "human"} == questions
